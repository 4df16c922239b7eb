"""MongoDB: access to the driver, retention of documents, and limits that are shared by all replicas."""
