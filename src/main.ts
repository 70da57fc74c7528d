/** The entry point. */
