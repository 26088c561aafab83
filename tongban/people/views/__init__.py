"""Pages about people: signing in, 我的, and the administrators' desk."""
