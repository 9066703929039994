/* A CLAP host in C into which the static library is linked: plays a mono dialogue and stereo music (raw 32-bit floats,
   the music interleaved, 48 kHz) through the plugin in Duck, in blocks of odd lengths, and writes what comes out.

   host DIALOGUE MUSIC OUTPUT
   Exit code: 0 done, 1 something failed (said on standard error). */

#include "underscore_clap.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As much of CLAP 1.2's binary interface as this host uses. */

typedef struct { uint32_t major, minor, revision; } version;

struct clap_plugin_entry {
    version clap_version;
    bool (*init)(const char *path);
    void (*deinit)(void);
    const void *(*get_factory)(const char *id);
};

struct plugin;

typedef struct host {
    version clap_version;
    void *data;
    const char *name, *vendor, *url, *program_version;
    const void *(*get_extension)(const struct host *, const char *id);
    void (*request_restart)(const struct host *);
    void (*request_process)(const struct host *);
    void (*request_callback)(const struct host *);
} host;

typedef struct factory {
    uint32_t (*count)(const struct factory *);
    const void *(*descriptor)(const struct factory *, uint32_t idx);
    const struct plugin *(*create)(const struct factory *, const host *, const char *id);
} factory;

typedef struct { uint32_t size, time; uint16_t space_id, type; uint32_t flags; } event;

typedef struct {
    event header;
    uint32_t param_id;
    void *cookie;
    int32_t note_id;
    int16_t port_idx, channel, key;
    double value;
} param_value;

enum { EVENT_PARAM_VALUE = 5 };

typedef struct input_events {
    void *context;
    uint32_t (*size)(const struct input_events *);
    const event *(*get)(const struct input_events *, uint32_t idx);
} input_events;

typedef struct output_events {
    void *context;
    bool (*try_push)(const struct output_events *, const event *);
} output_events;

typedef struct {
    float **data32;
    double **data64;
    uint32_t num_channels, latency;
    uint64_t constant_mask;
} buffer;

typedef struct {
    int64_t steady_time;
    uint32_t num_frames;
    const void *transport;
    const buffer *inputs;
    buffer *outputs;
    uint32_t num_inputs, num_outputs;
    const input_events *in_events;
    const output_events *out_events;
} process;

typedef struct plugin {
    const void *descriptor;
    void *data;
    bool (*init)(const struct plugin *);
    void (*destroy)(const struct plugin *);
    bool (*activate)(const struct plugin *, double rate_hz, uint32_t min_frames, uint32_t max_frames);
    void (*deactivate)(const struct plugin *);
    bool (*start_processing)(const struct plugin *);
    void (*stop_processing)(const struct plugin *);
    void (*reset)(const struct plugin *);
    int32_t (*process)(const struct plugin *, const process *);
    const void *(*get_extension)(const struct plugin *, const char *id);
    void (*on_main_thread)(const struct plugin *);
} plugin;

typedef struct {
    uint32_t id, flags;
    void *cookie;
    char name[256], module[1024];
    double min, max, initial;
} param_info;

typedef struct {
    uint32_t (*count)(const plugin *);
    bool (*get_info)(const plugin *, uint32_t idx, param_info *);
} params;

typedef struct {
    uint32_t id;
    char name[256];
    uint32_t num_inputs, num_outputs;
    bool has_main_input;
    uint32_t num_main_input_channels;
    const char *main_input_type;
    bool has_main_output;
    uint32_t num_main_output_channels;
    const char *main_output_type;
} ports_config;

typedef struct {
    uint32_t (*count)(const plugin *);
    bool (*get)(const plugin *, uint32_t idx, ports_config *);
    bool (*select)(const plugin *, uint32_t id);
} ports_configs;

/* The host's side. */

static const void *no_extension(const host *self, const char *id) { (void)self; (void)id; return NULL; }
static void nothing(const host *self) { (void)self; }
static uint32_t num_events(const input_events *list) { return list->context ? 1 : 0; }
static const event *event_at(const input_events *list, uint32_t idx) { (void)idx; return list->context; }
static bool ignore(const output_events *list, const event *it) { (void)list; (void)it; return true; }

static void demand(bool is_fine, const char *what) {
    if (!is_fine) {
        fprintf(stderr, "failed: %s\n", what);
        exit(1);
    }
}

static float *read_all(const char *path, size_t *num_samples) {
    FILE *file = fopen(path, "rb");
    demand(file && fseek(file, 0, SEEK_END) == 0, path);
    long num_bytes = ftell(file);
    demand(num_bytes >= 0, path);
    rewind(file);
    *num_samples = (size_t)num_bytes / sizeof(float);
    float *samples = malloc((size_t)num_bytes + 1);
    demand(samples && fread(samples, sizeof(float), *num_samples, file) == *num_samples, path);
    fclose(file);
    return samples;
}

static void select_mono_dialogue(const plugin *it) {
    const ports_configs *configs = it->get_extension(it, "clap.audio-ports-config");
    demand(configs, "no port layouts");
    for (uint32_t idx = 0; idx < configs->count(it); idx++) {
        ports_config config = {0};
        if (configs->get(it, idx, &config) && strcmp(config.name, "Stereo, mono dialogue") == 0) {
            demand(configs->select(it, config.id), "the layout isn't taken");
            return;
        }
    }
    demand(false, "no layout with mono dialogue");
}

/* Mode: Duck, its last value. */
static param_value duck(const plugin *it) {
    const params *list = it->get_extension(it, "clap.params");
    demand(list, "no parameters");
    for (uint32_t idx = 0; idx < list->count(it); idx++) {
        param_info info = {0};
        if (list->get_info(it, idx, &info) && strcmp(info.name, "Mode") == 0) {
            return (param_value){
                .header = {.size = sizeof(param_value), .type = EVENT_PARAM_VALUE},
                .param_id = info.id, .cookie = info.cookie,
                .note_id = -1, .port_idx = -1, .channel = -1, .key = -1, .value = info.max,
            };
        }
    }
    demand(false, "no parameter Mode");
    abort();
}

int main(int argc, char **argv) {
    demand(argc == 4, "usage: host DIALOGUE MUSIC OUTPUT");
    size_t num_dialogue = 0, num_music = 0;
    float *dialogue = read_all(argv[1], &num_dialogue), *music = read_all(argv[2], &num_music);
    size_t num_frames = num_music / 2;

    demand(clap_entry.init(argv[0]), "init");
    const factory *makes = clap_entry.get_factory("clap.plugin-factory");
    demand(makes && makes->count(makes) == 1, "the factory");
    host self = {{1, 2, 0}, NULL, "C host", "Underscore", "", "1", no_extension, nothing, nothing, nothing};
    const plugin *it = makes->create(makes, &self, UNDERSCORE_CLAP_ID);
    demand(it && it->init(it), "the plugin");
    select_mono_dialogue(it);
    param_value mode = duck(it);
    demand(it->activate(it, 48000.0, 1, 512) && it->start_processing(it), "activation");

    enum { MAX_FRAMES = 512 };
    static float left[MAX_FRAMES], right[MAX_FRAMES], voice[MAX_FRAMES], out_left[MAX_FRAMES], out_right[MAX_FRAMES];
    float *in_channels[] = {left, right}, *voice_channels[] = {voice}, *out_channels[] = {out_left, out_right};
    buffer inputs[] = {{.data32 = in_channels, .num_channels = 2}, {.data32 = voice_channels, .num_channels = 1}};
    buffer outputs[] = {{.data32 = out_channels, .num_channels = 2}};
    output_events out_events = {NULL, ignore};
    FILE *file = fopen(argv[3], "wb");
    demand(file, argv[3]);
    const uint32_t lengths[] = {512, 1, 333, 64};
    for (size_t at = 0, block = 0; at < num_frames; block++) {
        size_t length = lengths[block % 4];
        if (length > num_frames - at) length = num_frames - at;
        for (size_t n = 0; n < length; n++) {
            left[n] = music[2 * (at + n)];
            right[n] = music[2 * (at + n) + 1];
            voice[n] = at + n < num_dialogue ? dialogue[at + n] : 0.0f;
        }
        input_events in_events = {block == 0 ? &mode : NULL, num_events, event_at};
        process call = {
            .steady_time = (int64_t)at, .num_frames = (uint32_t)length,
            .inputs = inputs, .outputs = outputs, .num_inputs = 2, .num_outputs = 1,
            .in_events = &in_events, .out_events = &out_events,
        };
        demand(it->process(it, &call) != 0, "process");
        for (size_t n = 0; n < length; n++) {
            float frame[] = {out_left[n], out_right[n]};
            demand(fwrite(frame, sizeof(float), 2, file) == 2, argv[3]);
        }
        at += length;
    }
    demand(fclose(file) == 0, argv[3]);
    it->stop_processing(it);
    it->deactivate(it);
    it->destroy(it);
    clap_entry.deinit();
    free(dialogue);
    free(music);
    return 0;
}
