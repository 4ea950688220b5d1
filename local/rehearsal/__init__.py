"""`make rehearse`: what goes to AWS is deployed to an empty cloud on this machine and played through."""
