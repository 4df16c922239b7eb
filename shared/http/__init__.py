"""HTTP for every service: the server, health routes, problem details and security headers."""
