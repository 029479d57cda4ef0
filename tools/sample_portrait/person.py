"""The one person that this tool draws: every number that makes him himself.

Shape weights are strengths of MakeHuman targets, 0..1; colours are linear light; angles are radians.
A name that starts with "*" is set on both sides of the face ("l-" and "r-", or Left and Right).
"""

SEED = 5

# MakeHuman's macro targets: how the base mesh becomes an adult man.
GENDER = 0.88
AGE = {"young": 0.74, "old": 0.26}
ORIGIN = {"caucasian": 0.66, "asian": 0.12, "african": 0.22}
MUSCLE = 0.45

SHAPE = {
    "head/head-oval": 0.35,
    "head/head-rectangular": 0.20,
    "head/head-scale-horiz-decr": 0.30,
    "head/head-fat-decr": 0.20,
    "head/head-scale-vert-decr": 0.10,
    "forehead/forehead-temple-decr": 0.10,
    "cheek/*cheek-bones-incr": 0.25,
    "cheek/*cheek-inner-decr": 0.10,
    "chin/chin-prominent-incr": 0.20,
    "chin/chin-width-incr": 0.20,
    "chin/chin-triangle": 0.25,
    "ears/*ear-wing-decr": 0.25,
    "ears/*ear-scale-decr": 0.15,
    "ears/*ear-shape-round": 0.50,
    "ears/*ear-lobe-incr": 0.30,
    "eyes/*eye-scale-incr": 0.75,
    "eyes/*eye-height2-incr": 0.40,
    "eyes/*eye-eyefold-down": 0.15,
    "eyes/*eye-bag-in": 0.15,
    "eyebrows/eyebrows-trans-down": 0.15,
    "mouth/mouth-upperlip-volume-incr": 0.25,
    "mouth/mouth-lowerlip-volume-incr": 0.15,
    "mouth/mouth-upperlip-height-incr": 0.15,
    "mouth/mouth-lowerlip-height-incr": 0.15,
    "mouth/mouth-cupidsbow-incr": 0.30,
    "mouth/mouth-scale-horiz-decr": 0.15,
    "neck/neck-scale-horiz-decr": 0.30,
    "nose/nose-scale-depth-incr": 0.25,
    "nose/nose-scale-horiz-decr": 0.15,
    "nose/nose-width1-decr": 0.30,
    "nose/nose-width2-decr": 0.30,
    "nose/nose-hump-incr": 0.12,
    "nose/nose-base-up": 0.60,
    "nose/nose-point-up": 0.35,
    "nose/nose-nostrils-angle-up": 0.60,
    "nose/nose-flaring-incr": 0.50,
    # Nobody is symmetrical.
    "asym/asym-nose-1-r": 0.14,
    "asym/asym-mouth-1-r": 0.10,
    "asym/asym-jaw-1-l": 0.15,
    "asym/asym-eye-1-l": 0.10,
    "asym/asym-brown-1-r": 0.10,
    "asym/asym-cheek-2-l": 0.15,
    "asym/asym-eye-4-r": 0.10,
}
EXPRESSION = {
    "mouthSmileLeft": 0.42,
    "mouthSmileRight": 0.46,
    "cheekSquintLeft": 0.24,
    "cheekSquintRight": 0.26,
    "eyeSquintLeft": 0.06,
    "eyeWideRight": 0.04,
}
LUMPS = 26  # small random bumps, amplitude in decimetres
LUMP_SIZE = 0.009

SKIN = (0.475, 0.286, 0.206)
LIPS = (0.355, 0.135, 0.115)
HAIR = (0.032, 0.0195, 0.0125)
IRIS_RIM = (0.034, 0.024, 0.015)
IRIS_CENTRE = (0.105, 0.066, 0.034)
CLOTH = (0.050, 0.062, 0.078)
WRINKLES = 0.85

HEAD_YAW, HEAD_PITCH, HEAD_ROLL = -0.07, 0.03, 0.02
CAMERA_YAW = -0.13
