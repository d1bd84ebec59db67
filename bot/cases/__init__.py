"""Claims, complaints and callbacks: their numbers, states and answers. Knows nothing of conversations' turns."""
