/** What a user may choose from by name: the flags offer it, and the code behind them takes it. Pure. */

export const backendNames = ["auto", "mlx", "ollama", "openai", "lexical"] as const;

/** `mark`: each rule's own policy. `strict`: what is still faulty after it was sent back fails. `off`: all is taken. */
export const qualityModes = ["strict", "mark", "off"] as const;
export type QualityMode = (typeof qualityModes)[number];

export const breakdowns = ["project", "intent", "backend", "failure", "day"] as const;
export type Breakdown = (typeof breakdowns)[number];

/** In place of a kind of failure: marked failed in the database, by a program whose reasons nobody knows here. */
export const elsewhere = "elsewhere";
