/// Pulls every event of a YAML file and throws it away: the least that reading it can cost.
/// Returns the number of events, or -1 when the file cannot be read or is no YAML.
long bare_libyaml_events(const char *path);

/// Lets every thread of this process run on its first processor only, or on all that it had at the first call.
/// Threads made later inherit it from the thread that makes them.
void use_one_processor(int is_only_one);
