"""Access tokens instead of passwords: how an app or a person proves to Microsoft or Google that we may act."""
