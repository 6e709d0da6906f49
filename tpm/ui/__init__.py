"""The only Streamlit helpers: the frame around every page, session keys, caches, shared widgets."""
