"""Listen: what people answer. A token or a form in, a change of the ledger out."""
