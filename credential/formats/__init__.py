"""The forms in which a credential travels, one file each."""
