"""Which component a text is about: trained on complaints with an official one, read with numpy alone."""
