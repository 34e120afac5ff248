"""Run folders: trained models with all they need, and reports on them."""
