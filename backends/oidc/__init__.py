"""Access tokens of people, as an OpenID provider signs them."""
