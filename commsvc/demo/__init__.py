"""The demo: a small invented world around a real installation, with a clock that can run faster."""
