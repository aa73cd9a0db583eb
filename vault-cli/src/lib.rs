//! The command line for staff and key officers: commands, prompts, languages, outbox.
