"""What is kept in MongoDB: the driver, retention, and limits that hold over all replicas."""
