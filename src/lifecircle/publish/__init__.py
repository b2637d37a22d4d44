"""What people read: tables, a manifest, one page. How findings were computed is not known here."""
