"""Signers: private keys behind the port Signer. Only workers open one."""
