"""Messages over RabbitMQ: the bus, retries, dead letters, topology and the message catalogue."""
