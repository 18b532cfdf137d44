"""A double of Exchange Server that speaks Exchange Web Services, for exactly the operations that are used."""
