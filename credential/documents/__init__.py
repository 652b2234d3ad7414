"""One builder of unsigned credentials per profile; `credential.document` is the door."""
