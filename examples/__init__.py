"""Examples for those who connect to Casebridge."""
