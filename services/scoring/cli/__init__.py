"""The commands of the scoring service; `citiesshare scoring --help` lists them."""

from shared.lazy_commands import command_group

app = command_group(
    "The scoring service and its offline tools.",
    {
        "serve": (
            "services.scoring.cli.serve:serve",
            "Run the scoring service until it is told to stop; every setting is an environment variable.",
        ),
        "score": (
            "services.scoring.cli.score:score",
            "Score the cases on standard input and print evaluation, risk and transferability with their "
            "reasons.",
        ),
        "rank": ("services.scoring.cli.rank:rank", "Rank needs for each solution, best first."),
        "suggest-codes": (
            "services.scoring.cli.suggest_codes:suggest_codes",
            "Suggest CPV codes with confidence for each text on standard input, for a city to confirm.",
        ),
        "bench-match": (
            "services.scoring.cli.bench_match:bench_match",
            "Measure matching against scipy column slices and naive Python, and count every difference.",
        ),
        "rescore": (
            "services.scoring.cli.rescore:rescore",
            "Score every solution anew where a fact or the day is newer; cities are not told.",
        ),
        "fit-priors": (
            "services.scoring.cli.fit_priors:fit_priors",
            "Fit the prior of each service area to what has ended in it, and freeze it with --write.",
        ),
        "replay": (
            "services.scoring.cli.rescore:replay",
            "Compute every stored score again from its facts and compare the bytes; ends with 1 where one "
            "differs.",
        ),
        "city-key": (
            "services.scoring.cli.city_key:city_key",
            "Print the key that shows a city what is meant for it alone.",
        ),
    },
)
