"""The fault matrix: what can go wrong with a send, and the tests that hold what must come of it.

Each row: what breaks, what must come of it, where that is held. `test_matrix.py` holds that each test exists.
"""

from dataclasses import dataclass

_FAULTS, _DELIVER, _STORE = "tests/faults", "tests/deliver", "tests/store"
_KILL = "tests/stories/test_kill.py"
_CONNECTING, _ENVELOPE = f"{_FAULTS}/test_connecting.py", f"{_FAULTS}/test_envelope.py"
_MARK, _LIMITS = f"{_FAULTS}/test_after_the_mark.py", f"{_FAULTS}/test_limits.py"
_DATABASE, _CLOCK = f"{_FAULTS}/test_database.py", f"{_FAULTS}/test_clock.py"
_SEVERAL = "tests/stories/test_several_machines.py"
_PEOPLE, _SMTP = f"{_FAULTS}/test_people.py", "tests/transport/test_smtp.py"


@dataclass(frozen=True, slots=True)
class Row:
    """A fault, its outcome, and the tests that prove it, as pytest names them."""

    fault: str
    outcome: str
    proof: tuple[str, ...]


def _in(file: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{file}::{name}" for name in names)


MATRIX = (
    Row(
        "connection refused or silent; greeting 421, 450, 554",
        "no recipient is touched, the way out rests; 554 pauses",
        _in(
            _CONNECTING,
            "test_a_server_that_cannot_be_reached",
            "test_a_greeting_that_says_later",
            "test_a_greeting_that_says_never_pauses_and_touches_nobody",
        ),
    ),
    Row(
        "EHLO refused; STARTTLS refused or missing; a bad certificate; a handshake that drops",
        "nothing is said in clear, it pauses; words slipped in before the handshake are not believed",
        _in(
            _CONNECTING,
            "test_ehlo_and_helo_refused_pause",
            "test_ehlo_that_fails_is_tried_again",
            "test_a_certificate_nobody_vouches_for_pauses_with_nothing_said",
            "test_a_server_without_starttls_pauses_with_nothing_said",
            "test_a_handshake_that_drops_is_tried_again_never_in_clear",
            "test_words_slipped_in_before_the_handshake_are_not_believed",
        )
        + _in(_SMTP, "test_starttls_refused"),
    ),
    Row(
        "AUTH 535 or 454, dropped at AUTH",
        "535 pauses with a message; 454 rests",
        _in(_SMTP, "test_a_login_refused")
        + _in("tests/cli/test_send.py", "test_a_wrong_password_pauses_and_loses_nobody")
        + _in(f"{_DELIVER}/test_endings.py", "test_no_way_to_log_in"),
    ),
    Row(
        "MAIL 4yz or 5yz",
        "the way out rests, or it pauses; no recipient is refused",
        _in(
            _ENVELOPE,
            "test_mail_that_is_put_off_is_nobodys_refusal",
            "test_mail_that_is_refused_pauses_and_refuses_nobody",
        ),
    ),
    Row(
        "RCPT greylisted",
        "deferred, then sent once, from the same envelope sender",
        _in(_ENVELOPE, "test_greylisted_then_accepted_once_from_the_same_sender"),
    ),
    Row(
        "RCPT 550 5.1.1, 552; whatever is then said to DATA",
        "refused alone, with code and text; the connection goes on",
        _in(_ENVELOPE, "test_a_refused_recipient_is_refused_alone")
        + _in(_SMTP, "test_a_refused_recipient_whatever_is_said_to_data"),
    ),
    Row(
        "5.4.5, 5.7.z, or words of quota, limit, rate, authentication, relaying",
        "it pauses; the recipient stays pending",
        _in(_ENVELOPE, "test_the_senders_own_fault_burns_nobody"),
    ),
    Row(
        "RCPT 421, 421 in the middle of a session",
        "the connection is left, another opened after a rest; nobody is unknown",
        _in(_ENVELOPE, "test_421_in_the_middle_of_a_session"),
    ),
    Row(
        "DATA 4yz or 5yz before the 354",
        "deferred or refused; content refused again and again pauses",
        _in(
            _ENVELOPE,
            "test_data_that_is_put_off",
            "test_content_that_is_refused_again_and_again_pauses",
        ),
    ),
    Row(
        "a connection that breaks before the body",
        "safe: tried again, sent once",
        _in(_ENVELOPE, "test_a_connection_that_breaks_before_the_body_is_safe")
        + _in(_MARK, "test_a_server_that_leaves_with_its_354"),
    ),
    Row(
        "a connection that breaks in the middle of the body",
        "unknown, one a connection",
        _in(_MARK, "test_cut_in_the_middle_of_the_body", "test_a_network_that_goes_at_any_write"),
    ),
    Row(
        "no reply to the dot: closed, reset, silent; the message kept, or not",
        "unknown, never sent again",
        _in(_MARK, "test_no_reply_to_the_dot_is_unknown_and_never_repeated"),
    ),
    Row(
        "4yz or 5yz after the dot",
        "deferred or refused: a definite answer",
        _in(
            _MARK,
            "test_later_after_the_dot_is_a_definite_answer",
            "test_never_after_the_dot_is_a_definite_answer",
        ),
    ),
    Row(
        "replies of many lines, garbage, ten megabytes, accents, 251, 252, 354, half a line",
        "never a crash; before the dot safe, after it unknown",
        _in(_ENVELOPE, "test_odd_replies_to_rcpt", "test_ten_megabytes_for_a_reply")
        + _in(_SMTP, "test_a_fault_at_each_stage"),
    ),
    Row(
        "a slow server: a byte a second, 300 s at the dot",
        "nobody is unknown within ten minutes; other connections go on",
        _in(_MARK, "test_one_byte_a_second", "test_a_slow_dot_is_waited_for_ten_minutes"),
    ),
    Row(
        "a drop at QUIT, after the 250",
        "sent",
        _in(_MARK, "test_a_drop_at_quit_after_the_250_counts_as_sent"),
    ),
    Row(
        "so many connections, messages a minute; throttling",
        "fewer connections, nobody lost; never more than our limit over any window",
        _in(
            _LIMITS,
            "test_a_server_that_bears_two_connections",
            "test_so_many_a_minute_then_later",
            "test_never_more_than_the_limit_over_any_window",
        ),
    ),
    Row(
        "so many messages a connection; idle connections closed",
        "nobody lost, nobody unknown",
        _in(
            _LIMITS,
            "test_so_many_messages_a_connection",
            "test_so_many_messages_a_connection_as_announced",
            "test_idle_connections_that_are_closed",
        ),
    ),
    Row(
        "killed at every place where anything leaves the process",
        "the oracle; the next command finishes the campaign",
        _in("tests/crash/test_every_place.py", "test_killed_at_every_place"),
    ),
    Row(
        "kill -9 at random times",
        "the oracle; unknown at most as many as connections lost",
        _in(_KILL, "test_killed_at_any_moment"),
    ),
    Row(
        "everything at once, by seed: server, network, disk, clock, kills, departures",
        "the oracle and P5 at each look, and an end",
        _in("tests/simulation/test_stories.py", "test_whatever_the_weather"),
    ),
    Row(
        "a process that signs is killed, silent, or answers nonsense",
        "it is ended, the sender signs; nothing is lost, nothing leaves unsigned",
        _in(
            "tests/signing/test_hands.py",
            "test_one_that_is_killed_in_the_middle",
            "test_one_that_talks_nonsense_or_not_at_all",
            "test_a_sender_that_is_killed_leaves_nobody_behind",
        )
        + _in(
            "tests/wiring/test_signing.py",
            "test_many_are_signed_beside_the_sender_and_its_loss_ends_nothing",
        ),
    ),
    Row(
        "SIGTERM, SIGINT, a second SIGINT",
        "what is in flight is finished; the second stops at once",
        _in(
            _KILL,
            "test_asked_to_stop_it_finishes_what_is_in_flight",
            "test_asked_twice_it_stops_at_once",
        ),
    ),
    Row(
        "a full disk",
        "nothing leaves without its mark; it goes on when there is room",
        _in(
            _DATABASE,
            "test_a_mark_that_does_not_fit_on_the_disk_lets_nothing_leave",
            "test_a_database_that_may_not_grow",
        ),
    ),
    Row(
        "a database locked for a second, a minute, ten minutes",
        "waited for; nothing unmarked, nothing claimed twice",
        _in(
            _DATABASE,
            "test_locked_it_is_waited_for",
            "test_locked_for_longer_than_anybody_waits",
        )
        + _in(_KILL, "test_a_locked_database_is_waited_for"),
    ),
    Row(
        "a commit that is done and whose answer is lost",
        "what is committed stands (P4)",
        _in(_DATABASE, "test_any_commit_whose_reply_is_lost")
        + _in(_SEVERAL, "test_answers_to_commits_that_never_come"),
    ),
    Row(
        "PostgreSQL restarted in the middle, or out of connections",
        "nobody is lost: what was broken off is asked again",
        _in(_SEVERAL, "test_postgresql_is_restarted_in_the_middle")
        + _in(f"{_STORE}/test_postgres.py", "test_too_many_connections")
        + _in("tests/stories/test_cluster.py", "test_postgresql_restarts_in_the_middle"),
    ),
    Row(
        "a machine killed while others send",
        "another takes its slices over once its lease ran out; marked ones are unknown",
        _in(_SEVERAL, "test_a_machine_that_dies_is_followed_by_another")
        + _in("tests/stories/test_cluster.py", "test_one_is_killed_and_the_other_goes_on"),
    ),
    Row(
        "a sender cut off for longer than its lease, in the middle of a dialogue",
        "its late outcome is fenced: unknown, not sent again",
        _in(_SEVERAL, "test_a_network_cut_for_longer_than_a_lease_in_the_middle_of_dialogues")
        + _in(
            f"{_STORE}/test_two_senders.py",
            "test_a_late_outcome_and_a_reaping_at_the_same_instant",
            "test_a_lease_is_kept_by_signs_of_life_and_lost_without",
        )
        + _in(
            f"{_STORE}/test_ledger_course.py",
            "test_an_older_holder_s_reply_undoes_nothing_that_a_newer_one_marked",
        ),
    ),
    Row(
        "clocks: a day, an hour, forwards and back; sleep; summer time",
        "no burst, no stall (P11)",
        _in(
            _CLOCK,
            "test_the_clock_of_the_world_jumps",
            "test_the_machine_sleeps",
            "test_who_is_deferred_when_the_clock_jumps_is_tried_again_once",
            "test_summer_time_begins_or_ends_meanwhile",
            "test_a_jump_beyond_the_campaign_s_end_ends_it",
        ),
    ),
    Row(
        "two senders of one campaign",
        "one wins, or they share the work (P8)",
        _in(_KILL, "test_a_second_send_leaves_and_names_the_first")
        + _in(f"{_STORE}/test_two_senders.py", "test_each_slice_is_claimed_once")
        + _in(f"{_STORE}/test_ledger_machine.py", "test_whatever_happens"),
    ),
    Row(
        "[transport] leads elsewhere than at the launch",
        "practice never goes on to people, nor people into a folder; whoever carries it pauses it",
        _in(
            "tests/cli/test_practice.py",
            "test_practice_never_goes_on_to_people",
            "test_people_are_not_called_sent_by_a_folder",
        )
        + _in("tests/wiring/test_practice.py", "test_it_is_paused_before_anything_is_said"),
    ),
    Row(
        "people leave, join, move, and the file is edited, while it is sent",
        "who left is not written to (P10); the rest is frozen",
        _in(
            _PEOPLE,
            "test_who_leaves_between_the_354_and_the_body",
            "test_who_leaves_while_they_are_deferred_is_not_tried_again",
            "test_who_joins_meanwhile_is_not_in_this_wave",
            "test_who_changes_their_address_between_two_attempts_is_not_written_to_twice",
        )
        + _in("tests/cli/test_send.py", "test_a_text_changed_after_its_launch_is_refused_with_the_cures"),
    ),
    Row(
        "somebody whose message cannot be written",
        "set aside and counted, in nobody's way",
        _in(_PEOPLE, "test_somebody_who_cannot_be_written_to_is_set_aside_and_counted"),
    ),
    Row(
        "a hundred spellings of one address",
        "one message for each person",
        _in(_PEOPLE, "test_a_hundred_spellings_of_one_address"),
    ),
)
