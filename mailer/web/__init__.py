"""Web: the members' site. A request in, a page out; what it reads and changes passes over the desk."""
