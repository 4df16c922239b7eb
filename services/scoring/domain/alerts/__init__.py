"""What cities are alerted to: failures elsewhere, partners for a purchase, watches, failure circles."""
