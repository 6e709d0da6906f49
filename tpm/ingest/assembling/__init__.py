"""Step 4: all drafts → one plan: ids, parents, links, dates made to agree, twins counted once."""
