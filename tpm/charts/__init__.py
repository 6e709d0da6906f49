"""Pure functions: tables in, plotly figure out; one theme. The only room that knows plotly."""
