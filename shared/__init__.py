"""The frame every service stands in: database, journal, bus, identity, problems. It knows no law."""
