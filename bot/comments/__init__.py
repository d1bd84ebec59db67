"""Comments under the page's posts: what one is, its one private reply, sensitive data in it."""
