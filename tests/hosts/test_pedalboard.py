"""The built VST3 in Pedalboard, which connects the main bus only: nobody speaks."""

import importlib.metadata

import numpy
import pedalboard

import host_test


def load(setup):
    plugin = pedalboard.load_plugin(setup.vst3)
    plugin.mode = "Duck"
    assert plugin.mode == "Duck", f"Mode is {plugin.mode}"
    return plugin


def shows_its_parameters(setup):
    """every parameter is there by its name"""
    plugin = load(setup)
    host_test.assert_parameters([p.name for p in plugin.parameters.values()])
    return f"{len(host_test.PARAMETERS)} parameters"


def reports_no_latency(setup):
    """the reported latency is 0"""
    latency = load(setup).reported_latency_samples
    assert latency == 0, f"{latency} samples"
    return f"{latency} samples"


def leaves_music_alone(setup):
    """Duck, no sidechain: the output is the music to the bit, at any block size"""
    for block_size in (64, 512, 8192):
        output = load(setup).process(setup.music, setup.sample_rate_hz, block_size)
        host_test.assert_same_bits(output, setup.music)
    return f"{setup.music.size} samples, three times"


def takes_every_bus_from_mono_to_9_1_6(setup):
    """Duck, no sidechain: buses of up to 16 channels come out as they went in, to the bit"""
    num_channels = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16)
    for num in num_channels:
        # Every channel is another piece of the scene.
        left = setup.music[0]
        music = numpy.stack([numpy.roll(left, 997 * index) for index in range(num)])[:, :48000]
        music = host_test.contiguous(music)
        output = load(setup).process(music, setup.sample_rate_hz, 512)
        host_test.assert_same_bits(output, music)
    return f"{', '.join(map(str, num_channels))} channels"


def keeps_its_settings(setup):
    """saved and restored, the settings are as they were set last: before any block, and after one"""
    plugin = load(setup)
    for max_cut_db in (6.0, 9.0):
        plugin.max_cut_db = max_cut_db
        other = pedalboard.load_plugin(setup.vst3)
        restored = {"mode": "Duck", "max_cut_db": max_cut_db}
        fresh = {name: getattr(other, name) for name in restored}
        assert fresh["mode"] != "Duck" and fresh["max_cut_db"] != max_cut_db, f"a new instance has {fresh}"
        other.raw_state = plugin.raw_state
        found = {name: getattr(other, name) for name in restored}
        assert found == restored, f"found {found}"
        plugin.process(setup.music[:, :512], setup.sample_rate_hz)
    return str(found)


host_test.run(
    f"Pedalboard {importlib.metadata.version('pedalboard')}",
    [shows_its_parameters, reports_no_latency, leaves_music_alone, takes_every_bus_from_mono_to_9_1_6,
     keeps_its_settings],
)
