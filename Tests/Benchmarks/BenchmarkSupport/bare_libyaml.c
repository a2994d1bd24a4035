#include "benchmark_support.h"
#include <stdio.h>
#include <yaml.h>

long bare_libyaml_events(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) return -1;
    yaml_parser_t parser;
    yaml_event_t event;
    long count = 0;
    int is_done = 0;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_file(&parser, file);
    while (!is_done) {
        if (!yaml_parser_parse(&parser, &event)) {
            count = -1;
            break;
        }
        is_done = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
        count++;
    }
    yaml_parser_delete(&parser);
    fclose(file);
    return count;
}
