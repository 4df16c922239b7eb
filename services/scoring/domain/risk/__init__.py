"""Risk R: the probability of failure in per cent, personal when a city asks (framework, *Risk*)."""
