"""HTTP routes: the pages that letters lead to, and the status for operators."""
