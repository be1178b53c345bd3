"""What is on record already: claims that words say again, in a collection or in a release."""
