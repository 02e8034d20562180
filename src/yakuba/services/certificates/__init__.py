"""証明書: certificates and notices."""
