"""The store, the index, reference data and exchange rates, as the use cases need them."""
