/* Grapevine: the storefront snippet. */
