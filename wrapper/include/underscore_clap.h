/* What the static library `libunderscore_clap.a` holds. The types are those of CLAP's own headers (clap/entry.h,
   CLAP 1.2); they are not needed to take the entry's address. */

#ifndef UNDERSCORE_CLAP_H
#define UNDERSCORE_CLAP_H

#ifdef __cplusplus
extern "C" {
#endif

struct clap_plugin_entry;

/* The entry of the plugin: its factory makes `UNDERSCORE_CLAP_ID`. `init` takes the path of what the library was
   linked into, in UTF-8. Each call of `init` needs one of `deinit`. */
extern const struct clap_plugin_entry clap_entry;

/* The plugin's id in the factory. */
#define UNDERSCORE_CLAP_ID "audio.underscore.clash"

#ifdef __cplusplus
}
#endif

#endif
