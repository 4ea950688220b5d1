"""How HTTP meets us: who may call what, requests and answers, pages of lists, keys and tickets."""
