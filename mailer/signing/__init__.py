"""Signing: DKIM in this process (RFC 6376, 8301, 8463); the one room that knows the library of keys."""
