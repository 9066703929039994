"""The built VST3 in DawDreamer, which connects a real sidechain."""

import importlib.metadata

import dawdreamer
import numpy

import host_test

# Normalised values of the parameter Mode, a choice of two.
METER, DUCK = 0.0, 1.0


def render(setup, dialogue, mode, block_size=512):
    """Music and `dialogue` through a new instance; float32 of the music's shape."""
    engine = dawdreamer.RenderEngine(setup.sample_rate_hz, block_size)
    plugin = engine.make_plugin_processor("underscore", setup.vst3)
    set_by_name(plugin, "Mode", mode)
    engine.load_graph([
        (engine.make_playback_processor("music", setup.music), []),
        (engine.make_playback_processor("dialogue", dialogue), []),
        (plugin, ["music", "dialogue"]),
    ])
    num_samples = setup.music.shape[1]
    engine.render(num_samples / setup.sample_rate_hz)
    return host_test.contiguous(engine.get_audio()[:, :num_samples])


def set_by_name(plugin, name, value):
    for parameter in plugin.get_parameters_description():
        if parameter["name"] == name:
            plugin.set_parameter(parameter["index"], value)
            return
    raise AssertionError(f"no parameter {name}")


def new_plugin(setup):
    engine = dawdreamer.RenderEngine(setup.sample_rate_hz, 512)
    # The processor lives no longer than its engine.
    return engine, engine.make_plugin_processor("underscore", setup.vst3)


def shows_its_parameters(setup):
    """every parameter is there by its name"""
    _engine, plugin = new_plugin(setup)
    host_test.assert_parameters([p["name"] for p in plugin.get_parameters_description()])
    return f"{len(host_test.PARAMETERS)} parameters"


def has_two_stereo_inputs(setup):
    """music and dialogue come in as stereo pairs"""
    _engine, plugin = new_plugin(setup)
    channels = plugin.get_num_input_channels(), plugin.get_num_output_channels()
    assert channels == (4, 2), f"(inputs, outputs) are {channels}"
    return "4 channels in, 2 out"


def reports_no_latency(setup):
    """the reported latency is 0"""
    _engine, plugin = new_plugin(setup)
    latency = plugin.get_latency_samples()
    assert latency == 0, f"{latency} samples"
    return f"{latency} samples"


def saves_what_was_set_last(setup):
    """a value that is set before a rendering, or after it, is in the saved state"""
    for is_rendered in (False, True):
        engine, plugin = new_plugin(setup)
        if is_rendered:
            silence = numpy.zeros((2, 4800), numpy.float32)
            engine.load_graph([
                (engine.make_playback_processor("music", silence), []),
                (engine.make_playback_processor("dialogue", silence), []),
                (plugin, ["music", "dialogue"]),
            ])
            engine.render(0.1)
        set_by_name(plugin, "Mode", DUCK)
        setup.work.mkdir(parents=True, exist_ok=True)
        path = setup.work / "dawdreamer.state"
        plugin.save_state(str(path))
        _other_engine, other = new_plugin(setup)
        other.load_state(str(path))
        texts = [other.get_parameter_text(p["index"])
                 for p in other.get_parameters_description() if p["name"] == "Mode"]
        assert texts == ["Duck"], f"loaded: {texts}, rendered before: {is_rendered}"
    return "twice"


def leaves_music_alone_in_silence(setup):
    """Duck, silent dialogue: the output is the music to the bit"""
    output = render(setup, numpy.zeros_like(setup.dialogue), DUCK)
    host_test.assert_same_bits(output, setup.music)
    return f"{output.size} samples"


def leaves_music_alone_while_metering(setup):
    """Meter, speaking dialogue: the output is the music to the bit"""
    output = render(setup, setup.dialogue, METER)
    host_test.assert_same_bits(output, setup.music)
    return f"{output.size} samples"


def cuts_what_the_engine_predicts(setup):
    """Duck, speaking dialogue: the output is the command line's"""
    output = render(setup, setup.dialogue, DUCK)
    expected = setup.ducked_by_command_line()
    assert output.shape == expected.shape, f"{output.shape} and {expected.shape}"
    cut = host_test.largest_difference(output, setup.music)
    assert cut > -60, f"nothing was cut: output and music differ by {cut:.1f} dBFS at most"
    difference = host_test.largest_difference(output, expected)
    # A 24-bit file's last bit; the host hands samples on as 32-bit floats.
    assert difference < -144, f"they differ by up to {difference:.1f} dBFS"
    how = f"up to {difference:.1f} dBFS apart" if difference > -numpy.inf else "to the bit"
    return f"{how}; from the uncut music it is up to {cut:.1f} dBFS away"


def ignores_the_block_size(setup):
    """Duck: blocks of 64, 1000 and 4096 samples give the same output as 512"""
    expected = render(setup, setup.dialogue, DUCK)
    for block_size in (64, 1000, 4096):
        host_test.assert_same_bits(
            render(setup, setup.dialogue, DUCK, block_size), expected
        )
    return f"{expected.size} samples, to the bit"


host_test.run(
    f"DawDreamer {importlib.metadata.version('dawdreamer')}",
    [
        shows_its_parameters,
        has_two_stereo_inputs,
        reports_no_latency,
        saves_what_was_set_last,
        leaves_music_alone_in_silence,
        leaves_music_alone_while_metering,
        cuts_what_the_engine_predicts,
        ignores_the_block_size,
    ],
)
