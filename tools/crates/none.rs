// Cargo asks for a source file where it fetches.
