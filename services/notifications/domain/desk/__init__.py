"""The rules of the city's desk: who may do what, how long a session lasts."""
