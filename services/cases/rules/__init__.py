"""The law as this service believes it: tables of dated, cited rows and pure questions over them."""
