"""What browsers are given as files: the storefront snippet, the widget, the style of our pages."""
