CREATE TABLE "accommodations" ("id" char(32) NOT NULL PRIMARY KEY, "factor" decimal DEFAULT (CAST('1' AS NUMERIC)) NOT NULL, "extra_minutes" integer DEFAULT 0 NOT NULL, "break_minutes" integer DEFAULT 0 NOT NULL, "opens_at" datetime NULL, "closes_at" datetime NULL, "extra_attempts" integer DEFAULT 0 NOT NULL, "reason" text DEFAULT '' NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "revoked_at" datetime NULL, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "created_by_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "exam_id" char(32) NULL REFERENCES "exams" ("id") DEFERRABLE INITIALLY DEFERRED, "revoked_by_id" char(32) NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "accommodations_factor" CHECK (("factor" >= '1' AND "factor" <= '10')), CONSTRAINT "accommodations_extra_minutes" CHECK (("extra_minutes" >= 0 AND "extra_minutes" <= 1440)), CONSTRAINT "accommodations_break_minutes" CHECK (("break_minutes" >= 0 AND "break_minutes" <= 1440)), CONSTRAINT "accommodations_extra_attempts" CHECK (("extra_attempts" >= 0 AND "extra_attempts" <= 100)), CONSTRAINT "accommodations_closes_after_opens" CHECK (("opens_at" IS NULL OR "closes_at" IS NULL OR "closes_at" > ("opens_at"))), CONSTRAINT "accommodations_revoked_by_somebody" CHECK ((("revoked_at" IS NULL AND "revoked_by_id" IS NULL) OR ("revoked_at" >= ("created_at") AND "revoked_by_id" IS NOT NULL))));

CREATE TABLE "account_emailaddress" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "verified" bool NOT NULL, "primary" bool NOT NULL, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "email" varchar(254) NOT NULL);

CREATE TABLE "account_emailconfirmation" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "created" datetime NOT NULL, "sent" datetime NULL, "key" varchar(64) NOT NULL UNIQUE, "email_address_id" integer NOT NULL REFERENCES "account_emailaddress" ("id") DEFERRABLE INITIALLY DEFERRED);

CREATE TABLE "ai_note_versions" ("id" char(32) NOT NULL PRIMARY KEY, "version" integer NOT NULL, "cause" varchar(10) NOT NULL, "sentences" text DEFAULT '[]' NOT NULL CHECK ((JSON_VALID("sentences") OR "sentences" IS NULL)), "engine" varchar(60) DEFAULT '' NOT NULL, "engine_version" varchar(60) DEFAULT '' NOT NULL, "source_hash" varchar(64) DEFAULT '' NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "by_id" char(32) NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "lesson_id" char(32) NOT NULL REFERENCES "lessons" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "ai_note_versions_once" UNIQUE ("lesson_id", "version"), CONSTRAINT "ai_note_versions_version" CHECK (("version" >= 1 AND "version" <= 1000000000)), CONSTRAINT "ai_note_versions_cause" CHECK ("cause" IN ('before', 'made', 'merged', 'refreshed', 'replaced', 'edited', 'removed', 'kept', 'chosen', 'restored')));

CREATE TABLE "ai_note_wishes" ("id" char(32) NOT NULL PRIMARY KEY, "make_on_save" bool DEFAULT 1 NOT NULL, "course_id" char(32) NOT NULL UNIQUE REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED);

CREATE TABLE "ai_notes" ("id" char(32) NOT NULL PRIMARY KEY, "generated_content" text NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "status" varchar(10) DEFAULT 'draft' NOT NULL, "engine" varchar(60) DEFAULT '' NOT NULL, "model" varchar(100) DEFAULT '' NOT NULL, "prompt_version" varchar(60) DEFAULT '' NOT NULL, "source_hash" varchar(64) DEFAULT '' NOT NULL, "sentences" text DEFAULT '[]' NOT NULL CHECK ((JSON_VALID("sentences") OR "sentences" IS NULL)), "rejected" text DEFAULT '[]' NOT NULL CHECK ((JSON_VALID("rejected") OR "rejected" IS NULL)), "error" text DEFAULT '' NOT NULL, "cost" decimal DEFAULT 0 NOT NULL, "approved_at" datetime NULL, "edited_at" datetime NULL, "approved_by_id" char(32) NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "edited_by_id" char(32) NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "lesson_id" char(32) NOT NULL UNIQUE REFERENCES "lessons" ("id") DEFERRABLE INITIALLY DEFERRED, "conflicts" text DEFAULT '[]' NOT NULL CHECK ((JSON_VALID("conflicts") OR "conflicts" IS NULL)), "machine" text DEFAULT '[]' NOT NULL CHECK ((JSON_VALID("machine") OR "machine" IS NULL)), CONSTRAINT "ai_notes_status" CHECK ("status" IN ('pending', 'failed', 'draft', 'approved')), CONSTRAINT "ai_notes_ready_has_text" CHECK ((NOT ("status" IN ('draft', 'approved')) OR LENGTH(TRIM("generated_content", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0)), CONSTRAINT "ai_notes_failed_has_error" CHECK ((("status" = 'failed' AND LENGTH(TRIM("error", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0) OR (NOT ("status" = 'failed') AND "error" = ''))), CONSTRAINT "ai_notes_pending_has_no_text" CHECK ((NOT ("status" = 'pending') OR "generated_content" = '')), CONSTRAINT "ai_notes_approved_by_whom" CHECK ((("approved_at" IS NOT NULL AND "approved_by_id" IS NOT NULL AND "status" = 'approved') OR (NOT ("status" = 'approved') AND "approved_at" IS NULL AND "approved_by_id" IS NULL))), CONSTRAINT "ai_notes_cost" CHECK ("cost" >= '0'));

CREATE TABLE "ai_rejections" ("id" char(32) NOT NULL PRIMARY KEY, "kind" varchar(4) NOT NULL, "text" text DEFAULT '' NOT NULL, "code" varchar(60) NOT NULL, "message" text DEFAULT '' NOT NULL, "engine" varchar(60) DEFAULT '' NOT NULL, "engine_version" varchar(60) DEFAULT '' NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "lesson_id" char(32) NOT NULL REFERENCES "lessons" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "ai_rejections_kind" CHECK ("kind" IN ('note', 'item')), CONSTRAINT "ai_rejections_code_not_blank" CHECK (LENGTH(TRIM("code", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0));

CREATE TABLE "analytics" ("id" char(32) NOT NULL PRIMARY KEY, "progress_data" text NOT NULL CHECK ((JSON_VALID("progress_data") OR "progress_data" IS NULL)), "last_updated" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "schema_version" integer DEFAULT 1 NOT NULL, "course_id" char(32) NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "analytics_once_per_course" UNIQUE ("user_id", "course_id"), CONSTRAINT "analytics_schema_version" CHECK (("schema_version" >= 1 AND "schema_version" <= 1000)));

CREATE TABLE "analytics_epochs" ("id" integer NOT NULL PRIMARY KEY, "state" varchar(8) NOT NULL, "horizon" bigint NOT NULL, "since" bigint NOT NULL, "progress" bigint NOT NULL, "reason" varchar(200) NOT NULL, "engine_version" integer NOT NULL, "is_rendered" bool NOT NULL, "stale_reason" varchar(200) DEFAULT '' NOT NULL, "stale_at" datetime NULL, "made_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, CONSTRAINT "analytics_epochs_id" CHECK (("id" >= 0 AND "id" <= 2000000000)), CONSTRAINT "analytics_epochs_state" CHECK ("state" IN ('building', 'current', 'retired')), CONSTRAINT "analytics_epochs_order" CHECK (("horizon" >= 0 AND "progress" >= 0 AND "since" >= ("horizon"))), CONSTRAINT "analytics_epochs_engine_version" CHECK (("engine_version" >= 1 AND "engine_version" <= 1000000)), CONSTRAINT "analytics_epochs_stale_whole" CHECK ((("stale_at" IS NULL AND "stale_reason" = '') OR (NOT ("stale_reason" = '') AND "stale_at" IS NOT NULL))));

CREATE TABLE "announcements" ("id" char(32) NOT NULL PRIMARY KEY, "kind" varchar(40) NOT NULL, "about" varchar(120) NOT NULL, "at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, CONSTRAINT "announcements_kind_not_blank" CHECK (LENGTH(TRIM("kind", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "announcements_about_not_blank" CHECK (LENGTH(TRIM("about", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "announcements_once" UNIQUE ("kind", "about"));

CREATE TABLE "api_tokens" ("id" char(32) NOT NULL PRIMARY KEY, "name" varchar(100) NOT NULL, "token_hash" varchar(64) NOT NULL UNIQUE, "scope" varchar(8) DEFAULT 'write' NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "expires_at" datetime NOT NULL, "last_used_at" datetime NULL, "revoked_at" datetime NULL, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "api_tokens_scope" CHECK ("scope" IN ('read', 'write')), CONSTRAINT "api_tokens_name_not_blank" CHECK (LENGTH(TRIM("name", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "api_tokens_expires_later" CHECK ("expires_at" > ("created_at")));

CREATE TABLE "appeal_messages" ("id" char(32) NOT NULL PRIMARY KEY, "text" text NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "appeal_id" char(32) NOT NULL REFERENCES "appeals" ("id") DEFERRABLE INITIALLY DEFERRED, "author_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "appeal_messages_text_not_blank" CHECK (LENGTH(TRIM("text", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0));

CREATE TABLE "appeals" ("id" char(32) NOT NULL PRIMARY KEY, "text" text NOT NULL, "status" varchar(10) DEFAULT 'open' NOT NULL, "answer" text DEFAULT '' NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "closed_at" datetime NULL, "answered_by_id" char(32) NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "attempt_id" char(32) NOT NULL REFERENCES "exam_attempts" ("id") DEFERRABLE INITIALLY DEFERRED, "question_id" char(32) NOT NULL REFERENCES "questions" ("id") DEFERRABLE INITIALLY DEFERRED, "mark_id" char(32) NULL REFERENCES "marks" ("id") DEFERRABLE INITIALLY DEFERRED, "regrade_id" char(32) NULL REFERENCES "regrades" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "appeals_text_not_blank" CHECK (LENGTH(TRIM("text", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "appeals_status" CHECK ("status" IN ('open', 'refused', 'changed', 'corrected')), CONSTRAINT "appeals_closed_has_answer" CHECK ((("answer" = '' AND "answered_by_id" IS NULL AND "closed_at" IS NULL AND "status" = 'open') OR (NOT ("status" = 'open') AND NOT ("answer" = '') AND "answered_by_id" IS NOT NULL AND "closed_at" IS NOT NULL))), CONSTRAINT "appeals_changed_has_mark" CHECK ((("status" = 'changed' AND "mark_id" IS NOT NULL) OR (NOT ("status" = 'changed') AND "mark_id" IS NULL))), CONSTRAINT "appeals_corrected_has_regrade" CHECK ((NOT ("status" = 'corrected') OR "regrade_id" IS NOT NULL)));

CREATE TABLE "attempt_answers" ("id" char(32) NOT NULL PRIMARY KEY, "response" text NOT NULL CHECK ((JSON_VALID("response") OR "response" IS NULL)), "revision" integer DEFAULT 1 NOT NULL, "saved_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "points_possible" decimal DEFAULT (CAST('1' AS NUMERIC)) NOT NULL, "points_awarded" decimal NULL, "attempt_id" char(32) NOT NULL REFERENCES "exam_attempts" ("id") DEFERRABLE INITIALLY DEFERRED, "question_id" char(32) NOT NULL REFERENCES "questions" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "attempt_answers_once" UNIQUE ("attempt_id", "question_id"), CONSTRAINT "attempt_answers_revision" CHECK (("revision" >= 1 AND "revision" <= 1000000)), CONSTRAINT "attempt_answers_points_possible" CHECK ("points_possible" > '0'), CONSTRAINT "attempt_answers_points_within" CHECK (("points_awarded" IS NULL OR ("points_awarded" >= '0' AND "points_awarded" <= ("points_possible")))));

CREATE TABLE "attempt_events" ("id" char(32) NOT NULL PRIMARY KEY, "seq" integer NOT NULL, "kind" varchar(12) NOT NULL, "response" text NULL CHECK ((JSON_VALID("response") OR "response" IS NULL)), "revision" integer NULL, "occurred_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "detail" text DEFAULT '{}' NOT NULL CHECK ((JSON_VALID("detail") OR "detail" IS NULL)), "actor_id" char(32) NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "attempt_id" char(32) NOT NULL REFERENCES "exam_attempts" ("id") DEFERRABLE INITIALLY DEFERRED, "question_id" char(32) NULL REFERENCES "questions" ("id") DEFERRABLE INITIALLY DEFERRED, "hash" varchar(64) NOT NULL, CONSTRAINT "attempt_events_once" UNIQUE ("attempt_id", "seq"), CONSTRAINT "attempt_events_seq" CHECK (("seq" >= 1 AND "seq" <= 10000000)), CONSTRAINT "attempt_events_save_is_full" CHECK ((NOT ("kind" = 'save') OR ("question_id" IS NOT NULL AND "response" IS NOT NULL AND "revision" IS NOT NULL))), CONSTRAINT "attempt_events_kind" CHECK ("kind" IN ('start', 'save', 'submit', 'close', 'extended', 'graded', 'marked', 'regraded', 'signal', 'message', 'note')));

CREATE TABLE "attempt_presence" ("attempt_id" char(32) NOT NULL PRIMARY KEY REFERENCES "exam_attempts" ("id") DEFERRABLE INITIALLY DEFERRED, "seen_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "origins" text DEFAULT '[]' NOT NULL CHECK ((JSON_VALID("origins") OR "origins" IS NULL)), "signals" integer DEFAULT 0 NOT NULL, CONSTRAINT "attempt_presence_signals" CHECK (("signals" >= 0 AND "signals" <= 1000000)));

CREATE TABLE "audit_log" ("id" char(32) NOT NULL PRIMARY KEY, "at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "action" varchar(80) NOT NULL, "object_type" varchar(40) DEFAULT '' NOT NULL, "object_id" varchar(64) DEFAULT '' NOT NULL, "course_id" char(32) NULL, "detail" text DEFAULT '{}' NOT NULL CHECK ((JSON_VALID("detail") OR "detail" IS NULL)), "ip" varchar(45) DEFAULT '' NOT NULL, "user_agent" varchar(300) DEFAULT '' NOT NULL, "actor_id" char(32) NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "audit_log_action_not_blank" CHECK (LENGTH(TRIM("action", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0));

CREATE TABLE "auth_group" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(150) NOT NULL UNIQUE);

CREATE TABLE "auth_group_permissions" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED);

CREATE TABLE "auth_permission" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "codename" varchar(100) NOT NULL, "name" varchar(255) NOT NULL);

CREATE TABLE "birth_years" ("id" char(32) NOT NULL PRIMARY KEY, "year" integer NOT NULL, "user_id" char(32) NOT NULL UNIQUE REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "birth_years_year" CHECK (("year" >= 1900 AND "year" <= 2100)));

CREATE TABLE "cache_entries" (
    "cache_key" varchar(255) NOT NULL PRIMARY KEY,
    "value" text NOT NULL,
    "expires" datetime NOT NULL
);

CREATE TABLE "concept_opportunities" ("epoch" integer NOT NULL, "opportunity" integer NOT NULL, "n" integer NOT NULL, "wrong_sum" real NOT NULL, "concept_id" char(32) NOT NULL REFERENCES "concepts" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "concept_opportunities_epoch" CHECK (("epoch" >= 0 AND "epoch" <= 2000000000)), CONSTRAINT "concept_opportunities_opportunity" CHECK (("opportunity" >= 1 AND "opportunity" <= 40)), CONSTRAINT "concept_opportunities_n" CHECK ("n" >= 1), CONSTRAINT "concept_opportunities_wrong_sum" CHECK (("wrong_sum" >= 0.0 AND "wrong_sum" <= ("n"))), PRIMARY KEY ("epoch", "concept_id", "opportunity"));

CREATE TABLE "concept_states" ("epoch" integer NOT NULL, "mean" real NOT NULL, "variance" real NOT NULL, "wins_slope" real NOT NULL, "wins_variance" real NOT NULL, "fails_slope" real NOT NULL, "fails_variance" real NOT NULL, "n" bigint NOT NULL, "items" integer NOT NULL, "ease_sum" real NOT NULL, "concept_id" char(32) NOT NULL REFERENCES "concepts" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "concept_states_epoch" CHECK (("epoch" >= 0 AND "epoch" <= 2000000000)), CONSTRAINT "concept_states_n" CHECK ("n" >= 0), CONSTRAINT "concept_states_variance" CHECK ("variance" > 0.0), CONSTRAINT "concept_states_slopes" CHECK (("fails_variance" > 0.0 AND "wins_variance" > 0.0)), CONSTRAINT "concept_states_items" CHECK (("items" >= 0 AND "items" <= ("n"))), PRIMARY KEY ("epoch", "concept_id"));

CREATE TABLE "concepts" ("id" char(32) NOT NULL PRIMARY KEY, "name" varchar(120) NOT NULL, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "lesson_id" char(32) NULL UNIQUE REFERENCES "lessons" ("id") DEFERRABLE INITIALLY DEFERRED, "merged_at" datetime NULL, "merged_epoch" integer NULL, "merged_into_id" char(32) NULL REFERENCES "concepts" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "concepts_name_not_blank" CHECK (LENGTH(TRIM("name", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "concepts_once" UNIQUE ("course_id", "name"), CONSTRAINT "concepts_merged_epoch" CHECK (("merged_epoch" >= 0 AND "merged_epoch" <= 2000000000)), CONSTRAINT "concepts_not_into_itself" CHECK (NOT ("merged_into_id" = ("id") AND "merged_into_id" IS NOT NULL)), CONSTRAINT "concepts_merged_whole" CHECK ((("merged_at" IS NOT NULL AND "merged_into_id" IS NOT NULL) OR ("merged_at" IS NULL AND "merged_epoch" IS NULL AND "merged_into_id" IS NULL))));

CREATE TABLE "corrections" ("id" char(32) NOT NULL PRIMARY KEY, "kind" varchar(10) NOT NULL, "value" text NULL CHECK ((JSON_VALID("value") OR "value" IS NULL)), "position" integer DEFAULT 1 NOT NULL, "question_id" char(32) NOT NULL REFERENCES "questions" ("id") DEFERRABLE INITIALLY DEFERRED, "regrade_id" char(32) NOT NULL REFERENCES "regrades" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "corrections_kind" CHECK ("kind" IN ('key', 'accept', 'points', 'full_marks', 'drop')), CONSTRAINT "corrections_position" CHECK (("position" >= 1 AND "position" <= 1000)), CONSTRAINT "corrections_one_per_place" UNIQUE ("regrade_id", "position"), CONSTRAINT "corrections_value_where_needed" CHECK ((("kind" IN ('key', 'accept', 'points') AND "value" IS NOT NULL) OR ("kind" IN ('full_marks', 'drop') AND "value" IS NULL))));

CREATE TABLE "course_group_members" ("id" char(32) NOT NULL PRIMARY KEY, "group_id" char(32) NOT NULL REFERENCES "course_groups" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "course_group_members_once" UNIQUE ("group_id", "user_id"));

CREATE TABLE "course_groups" ("id" char(32) NOT NULL PRIMARY KEY, "name" varchar(80) NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "course_groups_name_not_blank" CHECK (LENGTH(TRIM("name", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "course_groups_once" UNIQUE ("course_id", "name"));

CREATE TABLE "course_invitations" ("id" char(32) NOT NULL PRIMARY KEY, "role" varchar(12) DEFAULT 'student' NOT NULL, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "invitation_id" char(32) NOT NULL UNIQUE REFERENCES "invitations" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "course_invitations_role" CHECK ("role" IN ('student', 'assistant', 'instructor')));

CREATE TABLE "course_prompts" ("id" char(32) NOT NULL PRIMARY KEY, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "name" varchar(20) NOT NULL, "text" text NOT NULL, "edited_by_id" char(32) NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "edited_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, CONSTRAINT "course_prompts_once" UNIQUE ("course_id", "name"), CONSTRAINT "course_prompts_text_not_blank" CHECK (LENGTH(TRIM("text", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "course_prompts_name" CHECK ("name" IN ('notes', 'items', 'answer')));

CREATE TABLE "course_states" ("epoch" integer NOT NULL, "items" integer NOT NULL, "ease_sum" real NOT NULL, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "course_states_epoch" CHECK (("epoch" >= 0 AND "epoch" <= 2000000000)), CONSTRAINT "course_states_items" CHECK ("items" >= 1), PRIMARY KEY ("epoch", "course_id"));

CREATE TABLE "courses" ("id" char(32) NOT NULL PRIMARY KEY, "title" varchar(200) NOT NULL, "description" text NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "slug" varchar(80) NOT NULL UNIQUE, "status" varchar(10) DEFAULT 'draft' NOT NULL, "language" varchar(12) DEFAULT 'en' NOT NULL, "updated_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "self_enrolment" varchar(8) DEFAULT 'closed' NOT NULL, "join_code" varchar(20) NULL UNIQUE, "show_checked_notes" bool DEFAULT 0 NOT NULL, "owner_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "courses_title_not_blank" CHECK (LENGTH(TRIM("title", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "courses_slug_not_blank" CHECK (LENGTH(TRIM("slug", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "courses_status" CHECK ("status" IN ('draft', 'published', 'archived')), CONSTRAINT "courses_self_enrolment" CHECK ("self_enrolment" IN ('closed', 'code', 'open')), CONSTRAINT "courses_code_given" CHECK ((NOT ("self_enrolment" = 'code') OR "join_code" IS NOT NULL)), CONSTRAINT "courses_language_set" CHECK (NOT ("language" = '')));

CREATE TABLE "django_content_type" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL);

CREATE TABLE "django_migrations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL, "applied" datetime NOT NULL);

CREATE TABLE "django_q_ormq" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "key" varchar(100) NOT NULL, "payload" text NOT NULL, "lock" datetime NULL);

CREATE TABLE "django_q_schedule" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "func" varchar(256) NOT NULL, "hook" varchar(256) NULL, "args" text NULL, "kwargs" text NULL, "repeats" integer NOT NULL, "next_run" datetime NULL, "task" varchar(100) NULL, "name" varchar(100) NULL, "minutes" smallint unsigned NULL CHECK ("minutes" >= 0), "cron" varchar(100) NULL, "cluster" varchar(100) NULL, "schedule_type" varchar(2) NOT NULL, "intended_date_kwarg" varchar(100) NULL);

CREATE TABLE "django_q_task" ("name" varchar(100) NOT NULL, "func" varchar(256) NOT NULL, "hook" varchar(256) NULL, "args" text NULL, "kwargs" text NULL, "result" text NULL, "started" datetime NOT NULL, "stopped" datetime NOT NULL, "success" bool NOT NULL, "id" varchar(32) NOT NULL PRIMARY KEY, "group" varchar(100) NULL, "attempt_count" integer NOT NULL, "cluster" varchar(100) NULL);

CREATE TABLE "draft_runs" ("id" char(32) NOT NULL PRIMARY KEY, "source_hash" varchar(64) NOT NULL, "wish" varchar(64) NOT NULL, "engine" varchar(100) NOT NULL, "engine_version" varchar(100) NOT NULL, "kept" integer NOT NULL, "flagged" integer NOT NULL, "rejected" text DEFAULT '{}' NOT NULL CHECK ((JSON_VALID("rejected") OR "rejected" IS NULL)), "report" text DEFAULT '{}' NOT NULL CHECK ((JSON_VALID("report") OR "report" IS NULL)), "reason" text DEFAULT '' NOT NULL, "made_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "lesson_id" char(32) NOT NULL REFERENCES "lessons" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "draft_runs_engine_not_blank" CHECK (LENGTH(TRIM("engine", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "draft_runs_flagged" CHECK (("flagged" >= 0 AND "flagged" <= ("kept"))), CONSTRAINT "draft_runs_once" UNIQUE ("lesson_id", "source_hash", "wish", "engine", "engine_version"));

CREATE TABLE "engine_state" ("epoch" integer NOT NULL PRIMARY KEY, "means" text NOT NULL CHECK ((JSON_VALID("means") OR "means" IS NULL)), "variances" text NOT NULL CHECK ((JSON_VALID("variances") OR "variances" IS NULL)), "a" real NOT NULL, "b" real NOT NULL, "n" bigint NOT NULL, CONSTRAINT "engine_state_epoch" CHECK (("epoch" >= 0 AND "epoch" <= 2000000000)), CONSTRAINT "engine_state_n" CHECK ("n" >= 0));

CREATE TABLE "enrollments" ("id" char(32) NOT NULL PRIMARY KEY, "role" varchar(12) DEFAULT 'student' NOT NULL, "progress" integer DEFAULT 0 NOT NULL, "source" varchar(20) DEFAULT '' NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "ended_at" datetime NULL, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "enrollments_once" UNIQUE ("user_id", "course_id"), CONSTRAINT "enrollments_role" CHECK ("role" IN ('student', 'assistant', 'instructor')), CONSTRAINT "enrollments_progress" CHECK (("progress" >= 0 AND "progress" <= 100)));

CREATE VIRTUAL TABLE entry_index USING fts5(title, text, content = 'search_entries', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2');

CREATE TABLE "exam_attempts" ("id" char(32) NOT NULL PRIMARY KEY, "score" integer NULL, "passed" bool GENERATED ALWAYS AS ("score" >= ("pass_mark")) STORED, "attempted_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "attempt_no" integer DEFAULT 1 NOT NULL, "attempts_allowed" integer DEFAULT 1 NOT NULL, "status" varchar(12) DEFAULT 'in_progress' NOT NULL, "closed_by" varchar(10) NULL, "deadline_at" datetime NOT NULL, "submitted_at" datetime NULL, "graded_at" datetime NULL, "points" decimal NULL, "max_points" decimal NULL, "pass_mark" integer DEFAULT 60 NOT NULL, "grace_seconds" integer DEFAULT 0 NOT NULL, "shuffle_seed" bigint NULL, "grading_version" integer DEFAULT 1 NOT NULL, "exam_id" char(32) NOT NULL REFERENCES "exams" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "paused_at" datetime NULL, "due_at" datetime NULL, "late_tiers" text DEFAULT '[]' NOT NULL CHECK ((JSON_VALID("late_tiers") OR "late_tiers" IS NULL)), "draw_seed" bigint NULL, "drawn" text NULL CHECK ((JSON_VALID("drawn") OR "drawn" IS NULL)), CONSTRAINT "exam_attempts_status" CHECK ("status" IN ('in_progress', 'submitted', 'graded')), CONSTRAINT "exam_attempts_closed_by" CHECK ("closed_by" IN ('user', 'deadline', 'staff')), CONSTRAINT "exam_attempts_score" CHECK (("score" >= 0 AND "score" <= 100)), CONSTRAINT "exam_attempts_pass_mark" CHECK (("pass_mark" >= 0 AND "pass_mark" <= 100)), CONSTRAINT "exam_attempts_grace_seconds" CHECK (("grace_seconds" >= 0 AND "grace_seconds" <= 600)), CONSTRAINT "exam_attempts_once" UNIQUE ("exam_id", "user_id", "attempt_no"), CONSTRAINT "exam_attempts_within_allowed" CHECK ("attempt_no" <= ("attempts_allowed")), CONSTRAINT "exam_attempts_submitted_after_start" CHECK (("submitted_at" IS NULL OR "submitted_at" >= ("attempted_at"))), CONSTRAINT "exam_attempts_deadline_after_start" CHECK ("deadline_at" > ("attempted_at")), CONSTRAINT "exam_attempts_submitted_has_time" CHECK ((("closed_by" IS NULL AND "status" = 'in_progress' AND "submitted_at" IS NULL) OR (NOT ("status" = 'in_progress') AND "closed_by" IS NOT NULL AND "submitted_at" IS NOT NULL))), CONSTRAINT "exam_attempts_graded_has_score" CHECK ((("graded_at" IS NOT NULL AND "max_points" IS NOT NULL AND "points" IS NOT NULL AND "score" IS NOT NULL AND "status" = 'graded') OR (NOT ("status" = 'graded') AND "graded_at" IS NULL AND "points" IS NULL AND "score" IS NULL))), CONSTRAINT "exam_attempts_points_within" CHECK (("points" IS NULL OR ("max_points" > '0' AND "points" >= '0' AND "points" <= ("max_points")))), CONSTRAINT "exam_attempts_paused_is_running" CHECK (("paused_at" IS NULL OR "status" = 'in_progress')), CONSTRAINT "exam_attempts_attempt_no" CHECK (("attempt_no" >= 1 AND "attempt_no" <= 1100)), CONSTRAINT "exam_attempts_attempts_allowed" CHECK (("attempts_allowed" >= 1 AND "attempts_allowed" <= 1100)));

CREATE TABLE "exam_forecasts" ("epoch" integer NOT NULL, "answers" integer NOT NULL, "paper" varchar(32) NOT NULL, "made_at" datetime NOT NULL, "mean" real NULL, "low" real NULL, "high" real NULL, "p_pass" real NULL, "exam_id" char(32) NOT NULL REFERENCES "exams" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "exam_forecasts_epoch" CHECK (("epoch" >= 0 AND "epoch" <= 2000000000)), CONSTRAINT "exam_forecasts_answers" CHECK ("answers" >= 0), CONSTRAINT "exam_forecasts_whole" CHECK ((("high" IS NULL AND "low" IS NULL AND "mean" IS NULL AND "p_pass" IS NULL) OR ("high" IS NOT NULL AND "high" <= 1.0 AND "low" >= 0.0 AND "low" IS NOT NULL AND "low" <= ("mean") AND "mean" IS NOT NULL AND "mean" <= ("high") AND "p_pass" >= 0.0 AND "p_pass" IS NOT NULL AND "p_pass" <= 1.0))), PRIMARY KEY ("epoch", "exam_id", "user_id"));

CREATE TABLE "exam_marking" ("exam_id" char(32) NOT NULL PRIMARY KEY REFERENCES "exams" ("id") DEFERRABLE INITIALLY DEFERRED, "blind" bool DEFAULT 0 NOT NULL, "second" varchar(4) DEFAULT 'none' NOT NULL, "every" integer DEFAULT 5 NOT NULL, "tolerance" integer DEFAULT 20 NOT NULL, "appeal_days" integer DEFAULT 7 NOT NULL, CONSTRAINT "exam_marking_second" CHECK ("second" IN ('none', 'all', 'nth')), CONSTRAINT "exam_marking_every" CHECK (("every" >= 2 AND "every" <= 100)), CONSTRAINT "exam_marking_tolerance" CHECK (("tolerance" >= 0 AND "tolerance" <= 100)), CONSTRAINT "exam_marking_appeal_days" CHECK (("appeal_days" >= 0 AND "appeal_days" <= 365)));

CREATE TABLE "exam_messages" ("id" char(32) NOT NULL PRIMARY KEY, "exam_id" char(32) NOT NULL REFERENCES "exams" ("id") DEFERRABLE INITIALLY DEFERRED, "attempt_id" char(32) NULL REFERENCES "exam_attempts" ("id") DEFERRABLE INITIALLY DEFERRED, "text" varchar(1000) NOT NULL, "sent_by_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "sent_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, CONSTRAINT "exam_messages_text_not_blank" CHECK (LENGTH(TRIM("text", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0));

CREATE TABLE "exam_pools" ("id" char(32) NOT NULL PRIMARY KEY, "title" varchar(200) NOT NULL, "pick" integer NOT NULL, "points" integer DEFAULT 1 NOT NULL, "rule" text DEFAULT '{}' NOT NULL CHECK ((JSON_VALID("rule") OR "rule" IS NULL)), "position" integer DEFAULT 1 NOT NULL, "exam_id" char(32) NOT NULL REFERENCES "exams" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "exam_pools_title_not_blank" CHECK (LENGTH(TRIM("title", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "exam_pools_pick" CHECK (("pick" >= 1 AND "pick" <= 500)), CONSTRAINT "exam_pools_points" CHECK (("points" >= 1 AND "points" <= 1000)), CONSTRAINT "exam_pools_position" CHECK (("position" >= 1 AND "position" <= 100)), CONSTRAINT "exam_pools_one_per_place" UNIQUE ("exam_id", "position"));

CREATE TABLE "exam_pulses" ("exam_id" char(32) NOT NULL PRIMARY KEY REFERENCES "exams" ("id") DEFERRABLE INITIALLY DEFERRED, "number" integer DEFAULT 1 NOT NULL, CONSTRAINT "exam_pulses_number" CHECK (("number" >= 1 AND "number" <= 2000000000)));

CREATE TABLE "exam_questions" ("id" char(32) NOT NULL PRIMARY KEY, "position" integer NOT NULL, "points" integer DEFAULT 1 NOT NULL, "exam_id" char(32) NOT NULL REFERENCES "exams" ("id") DEFERRABLE INITIALLY DEFERRED, "question_id" char(32) NOT NULL REFERENCES "questions" ("id") DEFERRABLE INITIALLY DEFERRED, "pool_id" char(32) NULL REFERENCES "exam_pools" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "exam_questions_once" UNIQUE ("exam_id", "question_id"), CONSTRAINT "exam_questions_one_per_place" UNIQUE ("exam_id", "position"), CONSTRAINT "exam_questions_position" CHECK (("position" >= 1 AND "position" <= 100000)), CONSTRAINT "exam_questions_points" CHECK (("points" >= 1 AND "points" <= 1000)));

CREATE TABLE "exam_statistics" ("exam_id" char(32) NOT NULL PRIMARY KEY REFERENCES "exams" ("id") DEFERRABLE INITIALLY DEFERRED, "attempts" integer DEFAULT 0 NOT NULL, "passed" integer DEFAULT 0 NOT NULL, "score_sum" bigint DEFAULT 0 NOT NULL, "score_squares" bigint DEFAULT 0 NOT NULL, "histogram" text DEFAULT '[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]' NOT NULL CHECK ((JSON_VALID("histogram") OR "histogram" IS NULL)), "people" integer DEFAULT 0 NOT NULL, CONSTRAINT "exam_statistics_attempts" CHECK (("attempts" >= 0 AND "attempts" <= 2000000000)), CONSTRAINT "exam_statistics_passed" CHECK (("passed" >= 0 AND "passed" <= ("attempts"))), CONSTRAINT "exam_statistics_people" CHECK (("people" >= 0 AND "people" <= ("attempts"))));

CREATE TABLE "exams" ("id" char(32) NOT NULL PRIMARY KEY, "title" varchar(200) NOT NULL, "duration_minutes" integer NOT NULL, "description" text DEFAULT '' NOT NULL, "status" varchar(10) DEFAULT 'draft' NOT NULL, "pass_mark" integer DEFAULT 60 NOT NULL, "attempts_allowed" integer DEFAULT 1 NOT NULL, "opens_at" datetime NULL, "closes_at" datetime NULL, "grace_seconds" integer DEFAULT 0 NOT NULL, "shuffle" bool DEFAULT 0 NOT NULL, "release" varchar(12) DEFAULT 'at_once' NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "closing" varchar(10) DEFAULT 'cut' NOT NULL, "counts" varchar(6) DEFAULT 'best' NOT NULL, "due_at" datetime NULL, "last_end_at" datetime NULL, "late_tiers" text DEFAULT '[]' NOT NULL CHECK ((JSON_VALID("late_tiers") OR "late_tiers" IS NULL)), "networks" text DEFAULT '[]' NOT NULL CHECK ((JSON_VALID("networks") OR "networks" IS NULL)), "password_hash" varchar(200) DEFAULT '' NOT NULL, "release_correctness" varchar(12) DEFAULT 'with_score' NOT NULL, "release_explanation" varchar(12) DEFAULT 'with_score' NOT NULL, "release_key" varchar(12) DEFAULT 'with_score' NOT NULL, "release_on" datetime NULL, "retry_delay_minutes" integer DEFAULT 0 NOT NULL, CONSTRAINT "exams_title_not_blank" CHECK (LENGTH(TRIM("title", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "exams_status" CHECK ("status" IN ('draft', 'published', 'archived')), CONSTRAINT "exams_duration_minutes" CHECK (("duration_minutes" >= 1 AND "duration_minutes" <= 1440)), CONSTRAINT "exams_pass_mark" CHECK (("pass_mark" >= 0 AND "pass_mark" <= 100)), CONSTRAINT "exams_attempts_allowed" CHECK (("attempts_allowed" >= 1 AND "attempts_allowed" <= 1000)), CONSTRAINT "exams_grace_seconds" CHECK (("grace_seconds" >= 0 AND "grace_seconds" <= 600)), CONSTRAINT "exams_closes_after_opens" CHECK (("opens_at" IS NULL OR "closes_at" IS NULL OR "closes_at" > ("opens_at"))), CONSTRAINT "exams_after_close_has_close" CHECK ((NOT ("release" = 'after_close') OR "closes_at" IS NOT NULL)), CONSTRAINT "exams_release" CHECK ("release" IN ('at_once', 'after_close', 'on_date', 'never')), CONSTRAINT "exams_release_correctness" CHECK ("release_correctness" IN ('with_score', 'at_once', 'after_close', 'on_date', 'never')), CONSTRAINT "exams_release_key" CHECK ("release_key" IN ('with_score', 'at_once', 'after_close', 'on_date', 'never')), CONSTRAINT "exams_release_explanation" CHECK ("release_explanation" IN ('with_score', 'at_once', 'after_close', 'on_date', 'never')), CONSTRAINT "exams_counts" CHECK ("counts" IN ('best', 'last', 'first', 'mean')), CONSTRAINT "exams_closing" CHECK ("closing" IN ('cut', 'full_time')), CONSTRAINT "exams_retry_delay_minutes" CHECK (("retry_delay_minutes" >= 0 AND "retry_delay_minutes" <= 43200)), CONSTRAINT "exams_parts_after_close_have_close" CHECK (("closes_at" IS NOT NULL OR (NOT ("release_correctness" = 'after_close') AND NOT ("release_key" = 'after_close') AND NOT ("release_explanation" = 'after_close')))), CONSTRAINT "exams_on_date_has_date" CHECK (("release_on" IS NOT NULL OR (NOT ("release" = 'on_date') AND NOT ("release_correctness" = 'on_date') AND NOT ("release_key" = 'on_date') AND NOT ("release_explanation" = 'on_date')))), CONSTRAINT "exams_due_after_opens" CHECK (("due_at" IS NULL OR "opens_at" IS NULL OR "due_at" > ("opens_at"))));

CREATE TABLE "files" ("id" char(32) NOT NULL PRIMARY KEY, "path" varchar(300) NOT NULL, "content_hash" varchar(64) NOT NULL, "media_type" varchar(100) NOT NULL, "size" integer NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "uploaded_by_id" char(32) NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "width" integer unsigned NULL CHECK ("width" >= 0), "height" integer unsigned NULL CHECK ("height" >= 0), CONSTRAINT "files_one_per_path" UNIQUE ("course_id", "path"), CONSTRAINT "files_path_not_blank" CHECK (LENGTH(TRIM("path", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "files_size" CHECK (("size" >= 0 AND "size" <= 209715200)));

CREATE TABLE "fold_queue" ("response_id" char(32) NOT NULL PRIMARY KEY REFERENCES "responses" ("id") DEFERRABLE INITIALLY DEFERRED, "release_at" datetime NULL);

CREATE TABLE "forgotten_people" ("user_id" char(32) NOT NULL PRIMARY KEY REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "after_seq" bigint NOT NULL, "epoch" integer NULL, "at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, CONSTRAINT "forgotten_people_after_seq" CHECK ("after_seq" >= 0), CONSTRAINT "forgotten_people_epoch" CHECK (("epoch" >= 0 AND "epoch" <= 2000000000)));

CREATE TABLE "grade_entries" ("id" char(32) NOT NULL PRIMARY KEY, "kind" varchar(8) NOT NULL, "score" integer NULL, "reason" text DEFAULT '' NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "written_by_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "item_id" char(32) NOT NULL REFERENCES "grade_items" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "grade_entries_kind" CHECK ("kind" IN ('excused', 'score', 'cleared')), CONSTRAINT "grade_entries_score" CHECK (("score" >= 0 AND "score" <= 100)), CONSTRAINT "grade_entries_score_has_reason" CHECK ((("kind" = 'score' AND "score" IS NOT NULL AND NOT ("reason" = '')) OR (NOT ("kind" = 'score') AND "score" IS NULL))));

CREATE TABLE "grade_items" ("id" char(32) NOT NULL PRIMARY KEY, "weight" decimal NULL, "due_at" datetime NULL, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "exam_id" char(32) NULL UNIQUE REFERENCES "exams" ("id") DEFERRABLE INITIALLY DEFERRED, "quiz_id" char(32) NULL UNIQUE REFERENCES "quizzes" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "grade_items_one_thing" CHECK ((("due_at" IS NULL AND "exam_id" IS NOT NULL AND "quiz_id" IS NULL) OR ("exam_id" IS NULL AND "quiz_id" IS NOT NULL))), CONSTRAINT "grade_items_weight" CHECK (("weight" IS NULL OR ("weight" >= '0' AND "weight" <= '100'))));

CREATE TABLE "gradebook_terms" ("course_id" char(32) NOT NULL PRIMARY KEY REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "missing_is_zero" bool DEFAULT 1 NOT NULL);

CREATE TABLE "idempotency_keys" ("id" char(32) NOT NULL PRIMARY KEY, "key" varchar(200) NOT NULL, "fingerprint" varchar(64) NOT NULL, "status_code" integer NULL, "content_type" varchar(100) DEFAULT 'application/json' NOT NULL, "body" text DEFAULT '' NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "idempotency_keys_once" UNIQUE ("user_id", "key"), CONSTRAINT "idempotency_keys_key_not_blank" CHECK (LENGTH(TRIM("key", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "idempotency_keys_status" CHECK (("status_code" >= 100 AND "status_code" <= 599)));

CREATE TABLE "invitations" ("id" char(32) NOT NULL PRIMARY KEY, "email" varchar(254) NOT NULL, "email_canonical" varchar(320) NOT NULL, "role" varchar(12) DEFAULT 'STUDENT' NOT NULL, "token_hash" varchar(64) NOT NULL UNIQUE, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "expires_at" datetime NOT NULL, "accepted_at" datetime NULL, "revoked_at" datetime NULL, "accepted_by_id" char(32) NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "invited_by_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "invitations_role" CHECK ("role" IN ('STUDENT', 'ADMIN', 'INSTRUCTOR')), CONSTRAINT "invitations_expires_later" CHECK ("expires_at" > ("created_at")), CONSTRAINT "invitations_accepted_has_time" CHECK (("accepted_by_id" IS NULL OR "accepted_at" IS NOT NULL)));

CREATE TABLE "item_figures" ("id" char(32) NOT NULL PRIMARY KEY, "attempts" integer NOT NULL, "sums" text NOT NULL CHECK ((JSON_VALID("sums") OR "sums" IS NULL)), "exam_id" char(32) NOT NULL REFERENCES "exams" ("id") DEFERRABLE INITIALLY DEFERRED, "question_id" char(32) NOT NULL REFERENCES "questions" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "item_figures_once" UNIQUE ("exam_id", "question_id"), CONSTRAINT "item_figures_attempts" CHECK (("attempts" >= 0 AND "attempts" <= 2000000000)));

CREATE TABLE "item_states" ("epoch" integer NOT NULL, "mean" real NOT NULL, "variance" real NOT NULL, "n" bigint NOT NULL, "question_id" char(32) NOT NULL REFERENCES "questions" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "item_states_epoch" CHECK (("epoch" >= 0 AND "epoch" <= 2000000000)), CONSTRAINT "item_states_n" CHECK ("n" >= 0), CONSTRAINT "item_states_variance" CHECK ("variance" > 0.0), PRIMARY KEY ("epoch", "question_id"));

CREATE TABLE "item_statistics" ("question_id" char(32) NOT NULL PRIMARY KEY REFERENCES "questions" ("id") DEFERRABLE INITIALLY DEFERRED, "answers" integer DEFAULT 0 NOT NULL, "share_sum" decimal DEFAULT (CAST('0' AS NUMERIC)) NOT NULL, CONSTRAINT "item_statistics_answers" CHECK (("answers" >= 0 AND "answers" <= 2000000000)), CONSTRAINT "item_statistics_share_sum" CHECK (("share_sum" >= '0' AND "share_sum" <= ("answers"))));

CREATE TABLE "jobs" ("id" char(32) NOT NULL PRIMARY KEY, "kind" varchar(80) NOT NULL, "target" varchar(80) NOT NULL, "title" varchar(200) DEFAULT '' NOT NULL, "status" varchar(12) DEFAULT 'queued' NOT NULL, "step" varchar(200) DEFAULT '' NOT NULL, "progress_done" integer DEFAULT 0 NOT NULL, "progress_total" integer DEFAULT 0 NOT NULL, "arguments" text DEFAULT '{}' NOT NULL CHECK ((JSON_VALID("arguments") OR "arguments" IS NULL)), "result" text NULL CHECK ((JSON_VALID("result") OR "result" IS NULL)), "reason" text DEFAULT '' NOT NULL, "attempts" integer DEFAULT 0 NOT NULL, "lease_until" datetime NULL, "cancel_requested" bool DEFAULT 0 NOT NULL, "course_id" char(32) NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "started_at" datetime NULL, "finished_at" datetime NULL, "created_by_id" char(32) NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "parent_id" char(32) NULL REFERENCES "jobs" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "jobs_status" CHECK ("status" IN ('queued', 'running', 'done', 'failed', 'cancelled')), CONSTRAINT "jobs_kind_not_blank" CHECK (LENGTH(TRIM("kind", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "jobs_progress_done" CHECK (("progress_done" >= 0 AND "progress_done" <= 2000000000)), CONSTRAINT "jobs_progress_total" CHECK (("progress_total" >= 0 AND "progress_total" <= 2000000000)), CONSTRAINT "jobs_attempts" CHECK (("attempts" >= 0 AND "attempts" <= 1000)), CONSTRAINT "jobs_running_has_lease" CHECK ((NOT ("status" = 'running') OR "lease_until" IS NOT NULL)), CONSTRAINT "jobs_finished_has_time" CHECK ((("finished_at" IS NOT NULL AND "status" IN ('done', 'failed', 'cancelled')) OR ("finished_at" IS NULL AND "status" IN ('queued', 'running')))), CONSTRAINT "jobs_not_own_parent" CHECK (NOT ("parent_id" = ("id") AND "parent_id" IS NOT NULL)));

CREATE TABLE "lesson_concepts" ("id" char(32) NOT NULL PRIMARY KEY, "concept_id" char(32) NOT NULL REFERENCES "concepts" ("id") DEFERRABLE INITIALLY DEFERRED, "lesson_id" char(32) NOT NULL REFERENCES "lessons" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "lesson_concepts_once" UNIQUE ("lesson_id", "concept_id"));

CREATE TABLE "lesson_drafts" ("id" char(32) NOT NULL PRIMARY KEY, "topic" varchar(300) DEFAULT '' NOT NULL, "content" text DEFAULT '' NOT NULL, "part" varchar(200) DEFAULT '' NOT NULL, "concepts" varchar(2000) DEFAULT '' NOT NULL, "based_on" integer DEFAULT 0 NOT NULL, "kept_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "author_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "lesson_id" char(32) NULL REFERENCES "lessons" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "lesson_drafts_once" UNIQUE ("lesson_id", "author_id"), CONSTRAINT "lesson_drafts_based_on" CHECK (("based_on" >= 0 AND "based_on" <= 1000000000)));

CREATE TABLE "lesson_locks" ("id" char(32) NOT NULL PRIMARY KEY, "taken_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "seen_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "holder_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "lesson_id" char(32) NOT NULL UNIQUE REFERENCES "lessons" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "lesson_locks_seen_after_taken" CHECK ("seen_at" >= ("taken_at")));

CREATE TABLE "lesson_origins" ("id" char(32) NOT NULL PRIMARY KEY, "file_name" varchar(200) NOT NULL, "format" varchar(10) NOT NULL, "pages" text DEFAULT '[]' NOT NULL CHECK ((JSON_VALID("pages") OR "pages" IS NULL)), "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "lesson_id" char(32) NOT NULL UNIQUE REFERENCES "lessons" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "lesson_origins_file_name_not_blank" CHECK (LENGTH(TRIM("file_name", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "lesson_origins_format" CHECK ("format" IN ('pdf', 'docx', 'pptx', 'html', 'epub')));

CREATE TABLE "lesson_progress" ("id" char(32) NOT NULL PRIMARY KEY, "opened_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "last_opened_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "last_block" varchar(80) DEFAULT '' NOT NULL, "done_at" datetime NULL, "lesson_id" char(32) NOT NULL REFERENCES "lessons" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "seen_version" integer NULL, CONSTRAINT "lesson_progress_once" UNIQUE ("user_id", "lesson_id"), CONSTRAINT "lesson_progress_done_after_opened" CHECK (("done_at" IS NULL OR "done_at" >= ("opened_at"))));

CREATE TABLE "lesson_revisions" ("id" char(32) NOT NULL PRIMARY KEY, "version" integer NOT NULL, "topic" varchar(300) NOT NULL, "content" text NOT NULL, "content_hash" varchar(64) NOT NULL, "comment" varchar(200) DEFAULT '' NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "author_id" char(32) NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "lesson_id" char(32) NOT NULL REFERENCES "lessons" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "lesson_revisions_once" UNIQUE ("lesson_id", "version"), CONSTRAINT "lesson_revisions_version" CHECK (("version" >= 1 AND "version" <= 1000000000)));

CREATE TABLE "lesson_tallies" ("id" char(32) NOT NULL PRIMARY KEY, "answers" integer NOT NULL, "share_sum" decimal NOT NULL, "last_at" datetime NOT NULL, "last_seq" bigint NOT NULL, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "lesson_id" char(32) NOT NULL REFERENCES "lessons" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "lesson_tallies_once" UNIQUE ("user_id", "lesson_id"), CONSTRAINT "lesson_tallies_answers" CHECK ("answers" >= 1), CONSTRAINT "lesson_tallies_share_sum" CHECK (("share_sum" >= '0' AND "share_sum" <= ("answers"))));

CREATE TABLE "lessons" ("id" char(32) NOT NULL PRIMARY KEY, "topic" varchar(300) NOT NULL, "content" text NOT NULL, "order_index" integer NOT NULL, "content_html" text DEFAULT '' NOT NULL, "content_hash" varchar(64) DEFAULT '' NOT NULL, "blocks" text DEFAULT '[]' NOT NULL CHECK ((JSON_VALID("blocks") OR "blocks" IS NULL)), "outline" text DEFAULT '[]' NOT NULL CHECK ((JSON_VALID("outline") OR "outline" IS NULL)), "minutes" integer DEFAULT 1 NOT NULL, "version" integer DEFAULT 1 NOT NULL, "slug" varchar(120) NULL, "status" varchar(10) DEFAULT 'published' NOT NULL, "part_title" varchar(200) DEFAULT '' NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "updated_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "parent_id" char(32) NULL REFERENCES "lessons" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "lessons_topic_not_blank" CHECK (LENGTH(TRIM("topic", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "lessons_status" CHECK ("status" IN ('draft', 'published', 'archived')), CONSTRAINT "lessons_order_index" CHECK (("order_index" >= 1 AND "order_index" <= 2000000)), CONSTRAINT "lessons_minutes" CHECK (("minutes" >= 0 AND "minutes" <= 100000)), CONSTRAINT "lessons_version" CHECK (("version" >= 1 AND "version" <= 1000000000)), CONSTRAINT "lessons_one_per_place" UNIQUE ("course_id", "order_index"), CONSTRAINT "lessons_one_per_slug" UNIQUE ("course_id", "slug"), CONSTRAINT "lessons_not_own_parent" CHECK (NOT ("parent_id" = ("id") AND "parent_id" IS NOT NULL)));

CREATE TABLE "level_days" ("epoch" integer NOT NULL, "day" date NOT NULL, "p" real NOT NULL, "low" real NOT NULL, "high" real NOT NULL, "n" integer NOT NULL, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "level_days_epoch" CHECK (("epoch" >= 0 AND "epoch" <= 2000000000)), CONSTRAINT "level_days_n" CHECK ("n" >= 0), CONSTRAINT "level_days_range" CHECK (("high" <= 1.0 AND "low" >= 0.0 AND "low" <= ("p") AND "p" <= ("high"))), PRIMARY KEY ("epoch", "user_id", "course_id", "day"));

CREATE TABLE "level_states" ("epoch" integer NOT NULL, "mean" real NOT NULL, "variance" real NOT NULL, "n" integer NOT NULL, "last_at" real NULL, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "level_states_epoch" CHECK (("epoch" >= 0 AND "epoch" <= 2000000000)), CONSTRAINT "level_states_n" CHECK ("n" >= 0), CONSTRAINT "level_states_variance" CHECK ("variance" > 0.0), PRIMARY KEY ("epoch", "user_id", "course_id"));

CREATE TABLE "llm_calls" ("id" char(32) NOT NULL PRIMARY KEY, "at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "connection_id" char(32) NULL REFERENCES "model_connections" ("id") DEFERRABLE INITIALLY DEFERRED, "engine" varchar(12) NOT NULL, "model" varchar(100) NOT NULL, "prompt_version" varchar(60) NOT NULL, "text_hash" varchar(64) NOT NULL, "outcome" varchar(20) DEFAULT 'running' NOT NULL, "tokens_in" integer DEFAULT 0 NOT NULL, "tokens_out" integer DEFAULT 0 NOT NULL, "cost" decimal DEFAULT 0 NOT NULL, "duration_ms" integer DEFAULT 0 NOT NULL, "answer" text DEFAULT '' NOT NULL, "user_id" char(32) NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "course_id" char(32) NULL, CONSTRAINT "llm_calls_outcome_not_blank" CHECK (LENGTH(TRIM("outcome", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "llm_calls_model_not_blank" CHECK (LENGTH(TRIM("model", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "llm_calls_tokens_in" CHECK (("tokens_in" >= 0 AND "tokens_in" <= 1000000000)), CONSTRAINT "llm_calls_tokens_out" CHECK (("tokens_out" >= 0 AND "tokens_out" <= 1000000000)), CONSTRAINT "llm_calls_duration" CHECK (("duration_ms" >= 0 AND "duration_ms" <= 1000000000)), CONSTRAINT "llm_calls_cost" CHECK ("cost" >= '0'), CONSTRAINT "llm_calls_only_good_answers" CHECK (("outcome" = 'ok' OR "answer" = '')));

CREATE TABLE "mail_choices" ("id" char(32) NOT NULL PRIMARY KEY, "topic" varchar(12) NOT NULL, "pace" varchar(12) NOT NULL, "chosen_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "mail_choices_topic" CHECK ("topic" IN ('courses', 'results', 'messages', 'work', 'reviews')), CONSTRAINT "mail_choices_pace" CHECK ("pace" IN ('off', 'at_once', 'daily', 'weekly')), CONSTRAINT "mail_choices_once" UNIQUE ("user_id", "topic"), CONSTRAINT "mail_choices_reviews_are_gathered" CHECK (NOT ("pace" = 'at_once' AND "topic" = 'reviews')));

CREATE TABLE "mail_refusals" ("id" char(32) NOT NULL PRIMARY KEY, "address_hash" varchar(64) NOT NULL UNIQUE, "at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, CONSTRAINT "mail_refusals_hash_not_blank" CHECK (LENGTH(TRIM("address_hash", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0));

CREATE TABLE "mails" ("id" char(32) NOT NULL PRIMARY KEY, "address" varchar(254) NOT NULL, "topic" varchar(12) NOT NULL, "subject" varchar(300) NOT NULL, "sealed" text DEFAULT '' NOT NULL, "key" varchar(120) DEFAULT '' NOT NULL, "status" varchar(12) DEFAULT 'waiting' NOT NULL, "attempts" integer DEFAULT 0 NOT NULL, "reason" varchar(300) DEFAULT '' NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "send_at" datetime NOT NULL, "begun_at" datetime NULL, "ended_at" datetime NULL, "user_id" char(32) NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "mails_status" CHECK ("status" IN ('waiting', 'sending', 'sent', 'failed', 'uncertain', 'unwanted')), CONSTRAINT "mails_topic_not_blank" CHECK (LENGTH(TRIM("topic", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "mails_subject_not_blank" CHECK (LENGTH(TRIM("subject", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "mails_attempts" CHECK (("attempts" >= 0 AND "attempts" <= 100)), CONSTRAINT "mails_address_shape" CHECK (("address" LIKE '%@%' ESCAPE '\' AND NOT ("address" LIKE '% %' ESCAPE '\'))), CONSTRAINT "mails_ended_keeps_no_words" CHECK ((("ended_at" IS NULL AND "status" IN ('waiting', 'sending')) OR ("ended_at" IS NOT NULL AND "sealed" = '' AND NOT ("status" IN ('waiting', 'sending'))))), CONSTRAINT "mails_sending_has_begun" CHECK ((NOT ("status" = 'sending') OR "begun_at" IS NOT NULL)));

CREATE TABLE "marks" ("id" char(32) NOT NULL PRIMARY KEY, "round" varchar(6) NOT NULL, "points" decimal NOT NULL, "levels" text DEFAULT '{}' NOT NULL CHECK ((JSON_VALID("levels") OR "levels" IS NULL)), "comment" text DEFAULT '' NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "attempt_id" char(32) NOT NULL REFERENCES "exam_attempts" ("id") DEFERRABLE INITIALLY DEFERRED, "marker_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "question_id" char(32) NOT NULL REFERENCES "questions" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "marks_round" CHECK ("round" IN ('first', 'second', 'final')), CONSTRAINT "marks_points" CHECK ("points" >= '0'), CONSTRAINT "marks_final_says_why" CHECK ((NOT ("round" = 'final') OR NOT ("comment" = ''))));

CREATE TABLE "mastery" ("epoch" integer NOT NULL, "mean" real NOT NULL, "variance" real NOT NULL, "wins" real NOT NULL, "fails" real NOT NULL, "last_outcome" real NOT NULL, "last_at" real NULL, "n" integer NOT NULL, "concept_id" char(32) NOT NULL REFERENCES "concepts" ("id") DEFERRABLE INITIALLY DEFERRED, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "mastery_epoch" CHECK (("epoch" >= 0 AND "epoch" <= 2000000000)), CONSTRAINT "mastery_n" CHECK ("n" >= 0), CONSTRAINT "mastery_variance" CHECK ("variance" > 0.0), CONSTRAINT "mastery_record" CHECK (("fails" >= 0.0 AND "last_outcome" >= -1.0 AND "last_outcome" <= 1.0 AND "wins" >= 0.0)), PRIMARY KEY ("epoch", "user_id", "concept_id"));

CREATE TABLE "mastery_days" ("epoch" integer NOT NULL, "day" date NOT NULL, "p" real NOT NULL, "low" real NOT NULL, "high" real NOT NULL, "n" integer NOT NULL, "concept_id" char(32) NOT NULL REFERENCES "concepts" ("id") DEFERRABLE INITIALLY DEFERRED, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "mastery_days_epoch" CHECK (("epoch" >= 0 AND "epoch" <= 2000000000)), CONSTRAINT "mastery_days_n" CHECK ("n" >= 0), CONSTRAINT "mastery_days_range" CHECK (("high" <= 1.0 AND "low" >= 0.0 AND "low" <= ("p") AND "p" <= ("high"))), PRIMARY KEY ("epoch", "user_id", "course_id", "concept_id", "day"));

CREATE TABLE "mfa_authenticator" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "type" varchar(20) NOT NULL, "data" text NOT NULL CHECK ((JSON_VALID("data") OR "data" IS NULL)), "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "created_at" datetime NOT NULL, "last_used_at" datetime NULL);

CREATE TABLE "model_budgets" ("id" char(32) NOT NULL PRIMARY KEY, "scope" varchar(8) NOT NULL UNIQUE, "most_tokens" bigint NULL, "most_calls" integer NULL, CONSTRAINT "model_budgets_scope" CHECK ("scope" IN ('user', 'course', 'site')), CONSTRAINT "model_budgets_tokens" CHECK (("most_tokens" >= 0 AND "most_tokens" <= 1000000000000)), CONSTRAINT "model_budgets_calls" CHECK (("most_calls" >= 0 AND "most_calls" <= 1000000000)));

CREATE TABLE "model_connections" ("id" char(32) NOT NULL PRIMARY KEY, "name" varchar(80) NOT NULL, "dialect" varchar(12) NOT NULL, "address" varchar(500) NOT NULL, "model" varchar(100) NOT NULL, "key_sealed" text DEFAULT '' NOT NULL, "price_in" decimal DEFAULT 0 NOT NULL, "price_out" decimal DEFAULT 0 NOT NULL, "is_chosen" bool DEFAULT 0 NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "created_by_id" char(32) NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "tested_at" datetime NULL, "modes" text DEFAULT '[]' NOT NULL CHECK ((JSON_VALID("modes") OR "modes" IS NULL)), "streams" bool DEFAULT 0 NOT NULL, "context_tokens" integer DEFAULT 0 NOT NULL, "limit_field" varchar(30) DEFAULT 'max_tokens' NOT NULL, "remarks" text DEFAULT '[]' NOT NULL CHECK ((JSON_VALID("remarks") OR "remarks" IS NULL)), "failures" integer DEFAULT 0 NOT NULL, "open_until" datetime NULL, "trial_until" datetime NULL, CONSTRAINT "model_connections_dialect" CHECK ("dialect" IN ('openai', 'anthropic')), CONSTRAINT "model_connections_name_not_blank" CHECK (LENGTH(TRIM("name", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "model_connections_address_not_blank" CHECK (LENGTH(TRIM("address", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "model_connections_model_not_blank" CHECK (LENGTH(TRIM("model", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "model_connections_context_tokens" CHECK (("context_tokens" >= 0 AND "context_tokens" <= 100000000)), CONSTRAINT "model_connections_failures" CHECK (("failures" >= 0 AND "failures" <= 1000000)), CONSTRAINT "model_connections_prices" CHECK (("price_in" >= '0' AND "price_out" >= '0')), CONSTRAINT "model_connections_chosen_is_tested" CHECK ((NOT "is_chosen" OR ("context_tokens" > 0 AND "tested_at" IS NOT NULL))));

CREATE TABLE "notifications" ("id" char(32) NOT NULL PRIMARY KEY, "kind" varchar(40) NOT NULL, "params" text DEFAULT '{}' NOT NULL CHECK ((JSON_VALID("params") OR "params" IS NULL)), "url" varchar(300) DEFAULT '' NOT NULL, "about" varchar(120) DEFAULT '' NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "read_at" datetime NULL, "mail_at" datetime NULL, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "notifications_kind_not_blank" CHECK (LENGTH(TRIM("kind", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "notifications_url_of_this_site" CHECK (("url" = '' OR ("url" LIKE '/%' ESCAPE '\' AND NOT ("url" LIKE '//%' ESCAPE '\')))), CONSTRAINT "notifications_read_is_not_mailed" CHECK (("read_at" IS NULL OR "mail_at" IS NULL)));

CREATE TABLE "own_notes" ("id" char(32) NOT NULL PRIMARY KEY, "block_id" varchar(80) NULL, "quote" text DEFAULT '' NOT NULL, "begins" integer DEFAULT 0 NOT NULL, "ends" integer DEFAULT 0 NOT NULL, "body" text DEFAULT '' NOT NULL, "kind" varchar(10) NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "updated_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "lesson_id" char(32) NOT NULL REFERENCES "lessons" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "own_notes_kind" CHECK ("kind" IN ('highlight', 'note')), CONSTRAINT "own_notes_begins" CHECK (("begins" >= 0 AND "begins" <= 2000000)), CONSTRAINT "own_notes_range" CHECK ("ends" >= ("begins")), CONSTRAINT "own_notes_at_passage" CHECK (("block_id" IS NULL OR (NOT ("block_id" = '' AND "block_id" IS NOT NULL) AND "ends" > ("begins") AND NOT ("quote" = '')))), CONSTRAINT "own_notes_say_something" CHECK ((("body" = '' AND "kind" = 'highlight' AND NOT ("quote" = '')) OR (LENGTH(TRIM("body", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0 AND "kind" = 'note'))), CONSTRAINT "own_notes_quote_length" CHECK (LENGTH("quote") <= 2000), CONSTRAINT "own_notes_body_length" CHECK (LENGTH("body") <= 20000));

CREATE VIRTUAL TABLE passage_index USING fts5(course_id, title, heading, text, content = 'passages', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2');

CREATE TABLE "passages" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "place" integer NOT NULL, "version" integer NOT NULL, "language" varchar(12) DEFAULT 'en' NOT NULL, "is_prose" bool DEFAULT 1 NOT NULL, "block_id" varchar(120) NOT NULL, "begins" integer NOT NULL, "ends" integer NOT NULL, "title" varchar(300) NOT NULL, "heading" varchar(300) DEFAULT '' NOT NULL, "text" text NOT NULL, "told" text DEFAULT '[]' NOT NULL CHECK ((JSON_VALID("told") OR "told" IS NULL)), "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "lesson_id" char(32) NOT NULL REFERENCES "lessons" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "passages_once" UNIQUE ("lesson_id", "place"), CONSTRAINT "passages_place" CHECK (("place" >= 1 AND "place" <= 1000000)), CONSTRAINT "passages_range" CHECK (("begins" >= 0 AND "ends" >= ("begins"))));

CREATE TABLE "practice_answers" ("id" char(32) NOT NULL PRIMARY KEY, "position" integer NOT NULL, "response" text NULL CHECK ((JSON_VALID("response") OR "response" IS NULL)), "share" decimal NOT NULL, "was_shown" bool DEFAULT 0 NOT NULL, "answered_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "seconds" integer NULL, "question_id" char(32) NOT NULL REFERENCES "questions" ("id") DEFERRABLE INITIALLY DEFERRED, "session_id" char(32) NOT NULL REFERENCES "practice_sessions" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "practice_answers_once" UNIQUE ("session_id", "question_id"), CONSTRAINT "practice_answers_share" CHECK (("share" >= '0' AND "share" <= '1')), CONSTRAINT "practice_answers_shown_is_nothing" CHECK ((NOT "was_shown" OR ("response" IS NULL AND "share" = '0'))), CONSTRAINT "practice_answers_position" CHECK (("position" >= 1 AND "position" <= 1000)), CONSTRAINT "practice_answers_seconds" CHECK (("seconds" >= 0 AND "seconds" <= 1000000)));

CREATE TABLE "practice_offers" ("id" char(32) NOT NULL PRIMARY KEY, "day" integer NOT NULL, "kind" varchar(8) NOT NULL, "minutes" integer NOT NULL, "points" real NULL, "p_before" real NOT NULL, "p_expected" real NOT NULL, "offered_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "p_after" real NULL, "concept_id" char(32) NOT NULL REFERENCES "concepts" ("id") DEFERRABLE INITIALLY DEFERRED, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "session_id" char(32) NULL UNIQUE REFERENCES "practice_sessions" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "practice_offers_kind" CHECK ("kind" IN ('review', 'exam', 'course')), CONSTRAINT "practice_offers_once_a_day" UNIQUE ("user_id", "course_id", "concept_id", "day"), CONSTRAINT "practice_offers_day" CHECK (("day" >= 0 AND "day" <= 1000000)), CONSTRAINT "practice_offers_minutes" CHECK (("minutes" >= 1 AND "minutes" <= 1000)), CONSTRAINT "practice_offers_points" CHECK (("points" >= 0.0 AND "points" <= 100.0)), CONSTRAINT "practice_offers_chances" CHECK (("p_before" >= 0.0 AND "p_before" <= 1.0 AND "p_expected" >= 0.0 AND "p_expected" <= 1.0)), CONSTRAINT "practice_offers_outcome" CHECK (("p_after" IS NULL OR ("p_after" >= 0.0 AND "p_after" <= 1.0 AND "session_id" IS NOT NULL))));

CREATE TABLE "practice_points" ("quiz_attempt_id" char(32) NOT NULL PRIMARY KEY REFERENCES "quiz_attempts" ("id") DEFERRABLE INITIALLY DEFERRED, "points" decimal NOT NULL, "max_points" decimal NOT NULL, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "practice_points_within" CHECK (("points" >= '0' AND "points" <= ("max_points"))));

CREATE TABLE "practice_sessions" ("id" char(32) NOT NULL PRIMARY KEY, "status" varchar(12) DEFAULT 'in_progress' NOT NULL, "planned" text DEFAULT '[]' NOT NULL CHECK ((JSON_VALID("planned") OR "planned" IS NULL)), "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "finished_at" datetime NULL, "concept_id" char(32) NULL REFERENCES "concepts" ("id") DEFERRABLE INITIALLY DEFERRED, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "practice_sessions_status" CHECK ("status" IN ('in_progress', 'finished')), CONSTRAINT "practice_sessions_finished_has_time" CHECK ((("finished_at" IS NOT NULL AND "status" = 'finished') OR ("finished_at" IS NULL AND "status" = 'in_progress'))), CONSTRAINT "practice_sessions_finished_after_start" CHECK (("finished_at" IS NULL OR "finished_at" >= ("created_at"))));

CREATE TABLE "practice_suggestions" ("id" char(32) NOT NULL PRIMARY KEY, "words" varchar(300) DEFAULT '' NOT NULL, "made_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "concept_id" char(32) NOT NULL REFERENCES "concepts" ("id") DEFERRABLE INITIALLY DEFERRED, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "suggested_by_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "practice_suggestions_once" UNIQUE ("user_id", "concept_id"));

CREATE TABLE "practised_items" ("epoch" integer NOT NULL, "wins" real NOT NULL, "fails" real NOT NULL, "last_outcome" real NOT NULL, "last_at" real NULL, "question_id" char(32) NOT NULL REFERENCES "questions" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "practised_items_epoch" CHECK (("epoch" >= 0 AND "epoch" <= 2000000000)), CONSTRAINT "practised_items_record" CHECK (("fails" >= 0.0 AND "last_outcome" >= -1.0 AND "last_outcome" <= 1.0 AND "wins" >= 0.0)), PRIMARY KEY ("epoch", "user_id", "question_id"));

CREATE TABLE "preferences" ("id" char(32) NOT NULL PRIMARY KEY, "single_keys" bool DEFAULT 1 NOT NULL, "keep_lessons" bool DEFAULT 1 NOT NULL, "updated_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "user_id" char(32) NOT NULL UNIQUE REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED);

CREATE TABLE "question_concepts" ("id" char(32) NOT NULL PRIMARY KEY, "concept_id" char(32) NOT NULL REFERENCES "concepts" ("id") DEFERRABLE INITIALLY DEFERRED, "question_id" char(32) NOT NULL REFERENCES "questions" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "question_concepts_once" UNIQUE ("question_id", "concept_id"));

CREATE TABLE "question_drafts" ("id" char(32) NOT NULL PRIMARY KEY, "place" integer NOT NULL, "kind" varchar(20) NOT NULL, "digest" varchar(64) NOT NULL, "source_hash" varchar(64) NOT NULL, "item" text NOT NULL CHECK ((JSON_VALID("item") OR "item" IS NULL)), "flags" text DEFAULT '[]' NOT NULL CHECK ((JSON_VALID("flags") OR "flags" IS NULL)), "is_flagged" bool DEFAULT 0 NOT NULL, "is_edited" bool DEFAULT 0 NOT NULL, "status" varchar(10) DEFAULT 'draft' NOT NULL, "reviewed_at" datetime NULL, "reject_reason" varchar(500) DEFAULT '' NOT NULL, "made_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "exam_id" char(32) NULL REFERENCES "exams" ("id") DEFERRABLE INITIALLY DEFERRED, "lesson_id" char(32) NOT NULL REFERENCES "lessons" ("id") DEFERRABLE INITIALLY DEFERRED, "question_id" char(32) NULL UNIQUE REFERENCES "questions" ("id") DEFERRABLE INITIALLY DEFERRED, "reviewed_by_id" char(32) NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "run_id" char(32) NOT NULL REFERENCES "draft_runs" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "question_drafts_status" CHECK ("status" IN ('draft', 'approved', 'rejected', 'stale')), CONSTRAINT "question_drafts_kind" CHECK ("kind" IN ('single_choice', 'multiple_choice', 'true_false', 'short_text')), CONSTRAINT "question_drafts_once" UNIQUE ("lesson_id", "digest"), CONSTRAINT "question_drafts_decided_by_person" CHECK ((("question_id" IS NULL AND "reject_reason" = '' AND "reviewed_at" IS NULL AND "reviewed_by_id" IS NULL AND "status" IN ('draft', 'stale')) OR ("question_id" IS NOT NULL AND "reject_reason" = '' AND "reviewed_at" IS NOT NULL AND "reviewed_by_id" IS NOT NULL AND "status" = 'approved') OR ("question_id" IS NULL AND "reviewed_at" IS NOT NULL AND "reviewed_by_id" IS NOT NULL AND "status" = 'rejected' AND NOT ("reject_reason" = '')))));

CREATE TABLE "question_tags" ("id" char(32) NOT NULL PRIMARY KEY, "question_id" char(32) NOT NULL REFERENCES "questions" ("id") DEFERRABLE INITIALLY DEFERRED, "tag_id" char(32) NOT NULL REFERENCES "tags" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "question_tags_once" UNIQUE ("question_id", "tag_id"));

CREATE TABLE "questions" ("id" char(32) NOT NULL PRIMARY KEY, "question_text" text NOT NULL, "answer" text NOT NULL, "options" text NULL CHECK ((JSON_VALID("options") OR "options" IS NULL)), "kind" varchar(20) DEFAULT 'short_text' NOT NULL, "spec" text DEFAULT '{}' NOT NULL CHECK ((JSON_VALID("spec") OR "spec" IS NULL)), "version" integer DEFAULT 1 NOT NULL, "bank_key" char(32) NULL, "retired_at" datetime NULL, "position" integer DEFAULT 1 NOT NULL, "points" integer DEFAULT 1 NOT NULL, "explanation" text DEFAULT '' NOT NULL, "question_html" text DEFAULT '' NOT NULL, "explanation_html" text DEFAULT '' NOT NULL, "origin" varchar(8) DEFAULT 'human' NOT NULL, "status" varchar(10) DEFAULT 'approved' NOT NULL, "source" text NULL CHECK ((JSON_VALID("source") OR "source" IS NULL)), "external_id" varchar(200) NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "quiz_id" char(32) NOT NULL REFERENCES "quizzes" ("id") DEFERRABLE INITIALLY DEFERRED, "replaces_id" char(32) NULL UNIQUE REFERENCES "questions" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "questions_text_not_blank" CHECK (LENGTH(TRIM("question_text", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "questions_origin" CHECK ("origin" IN ('human', 'import', 'ai')), CONSTRAINT "questions_status" CHECK ("status" IN ('draft', 'approved')), CONSTRAINT "questions_points" CHECK (("points" >= 1 AND "points" <= 1000)), CONSTRAINT "questions_version" CHECK (("version" >= 1 AND "version" <= 100000)), CONSTRAINT "questions_position" CHECK (("position" >= 1 AND "position" <= 200000)), CONSTRAINT "questions_one_per_version" UNIQUE ("bank_key", "version"), CONSTRAINT "questions_not_own_successor" CHECK (NOT ("replaces_id" = ("id") AND "replaces_id" IS NOT NULL)));

CREATE TABLE "quiz_answers" ("id" char(32) NOT NULL PRIMARY KEY, "response" text NULL CHECK ((JSON_VALID("response") OR "response" IS NULL)), "share" decimal NOT NULL, "answered_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "seconds" integer NULL, "question_id" char(32) NOT NULL REFERENCES "questions" ("id") DEFERRABLE INITIALLY DEFERRED, "attempt_id" char(32) NOT NULL REFERENCES "quiz_attempts" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "quiz_answers_once" UNIQUE ("attempt_id", "question_id"), CONSTRAINT "quiz_answers_share" CHECK (("share" >= '0' AND "share" <= '1')), CONSTRAINT "quiz_answers_seconds" CHECK (("seconds" >= 0 AND "seconds" <= 1000000)));

CREATE TABLE "quiz_attempts" ("id" char(32) NOT NULL PRIMARY KEY, "attempt_no" integer DEFAULT 1 NOT NULL, "status" varchar(12) DEFAULT 'in_progress' NOT NULL, "paper" text DEFAULT '[]' NOT NULL CHECK ((JSON_VALID("paper") OR "paper" IS NULL)), "started_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "finished_at" datetime NULL, "points" decimal NULL, "max_points" decimal NULL, "score" integer NULL, "shuffle_seed" bigint NULL, "quiz_id" char(32) NOT NULL REFERENCES "quizzes" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "quiz_attempts_status" CHECK ("status" IN ('in_progress', 'finished')), CONSTRAINT "quiz_attempts_once" UNIQUE ("quiz_id", "user_id", "attempt_no"), CONSTRAINT "quiz_attempts_attempt_no" CHECK (("attempt_no" >= 1 AND "attempt_no" <= 100000)), CONSTRAINT "quiz_attempts_score" CHECK (("score" >= 0 AND "score" <= 100)), CONSTRAINT "quiz_attempts_finished_has_score" CHECK ((("finished_at" IS NOT NULL AND "max_points" IS NOT NULL AND "points" IS NOT NULL AND "score" IS NOT NULL AND "status" = 'finished') OR ("finished_at" IS NULL AND "points" IS NULL AND "score" IS NULL AND "status" = 'in_progress'))), CONSTRAINT "quiz_attempts_finished_after_start" CHECK (("finished_at" IS NULL OR "finished_at" >= ("started_at"))), CONSTRAINT "quiz_attempts_points_within" CHECK (("points" IS NULL OR ("max_points" > '0' AND "points" >= '0' AND "points" <= ("max_points")))));

CREATE TABLE "quizzes" ("id" char(32) NOT NULL PRIMARY KEY, "title" varchar(200) NOT NULL, "status" varchar(10) DEFAULT 'draft' NOT NULL, "slug" varchar(120) NULL, "position" integer DEFAULT 1 NOT NULL, "pass_mark" integer DEFAULT 60 NOT NULL, "max_attempts" integer NULL, "shuffle" bool DEFAULT 0 NOT NULL, "feedback" varchar(4) DEFAULT 'each' NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "lesson_id" char(32) NOT NULL REFERENCES "lessons" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "quizzes_title_not_blank" CHECK (LENGTH(TRIM("title", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "quizzes_status" CHECK ("status" IN ('draft', 'published', 'archived')), CONSTRAINT "quizzes_feedback" CHECK ("feedback" IN ('each', 'end')), CONSTRAINT "quizzes_pass_mark" CHECK (("pass_mark" >= 0 AND "pass_mark" <= 100)), CONSTRAINT "quizzes_max_attempts" CHECK (("max_attempts" >= 1 AND "max_attempts" <= 1000)), CONSTRAINT "quizzes_position" CHECK (("position" >= 1 AND "position" <= 100000)), CONSTRAINT "quizzes_one_per_slug" UNIQUE ("lesson_id", "slug"));

CREATE TABLE "regrade_moves" ("id" char(32) NOT NULL PRIMARY KEY, "score_before" integer NOT NULL, "score_after" integer NOT NULL, "points_before" decimal NOT NULL, "points_after" decimal NOT NULL, "max_before" decimal NOT NULL, "max_after" decimal NOT NULL, "answers" text DEFAULT '[]' NOT NULL CHECK ((JSON_VALID("answers") OR "answers" IS NULL)), "attempt_id" char(32) NOT NULL REFERENCES "exam_attempts" ("id") DEFERRABLE INITIALLY DEFERRED, "regrade_id" char(32) NOT NULL REFERENCES "regrades" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "regrade_moves_once" UNIQUE ("regrade_id", "attempt_id"), CONSTRAINT "regrade_moves_score_before" CHECK (("score_before" >= 0 AND "score_before" <= 100)), CONSTRAINT "regrade_moves_score_after" CHECK (("score_after" >= 0 AND "score_after" <= 100)));

CREATE TABLE "regrades" ("id" char(32) NOT NULL PRIMARY KEY, "reason" varchar(1000) NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "applied_at" datetime NULL, "attempts" integer NULL, "undone_at" datetime NULL, "applied_by_id" char(32) NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "created_by_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "exam_id" char(32) NOT NULL REFERENCES "exams" ("id") DEFERRABLE INITIALLY DEFERRED, "undone_by_id" char(32) NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "regrades_reason_not_blank" CHECK (LENGTH(TRIM("reason", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "regrades_attempts" CHECK (("attempts" >= 0 AND "attempts" <= 2000000000)), CONSTRAINT "regrades_applied_by_somebody" CHECK ((("applied_at" IS NULL AND "applied_by_id" IS NULL AND "attempts" IS NULL) OR ("applied_at" IS NOT NULL AND "applied_by_id" IS NOT NULL AND "attempts" IS NOT NULL))), CONSTRAINT "regrades_undone_after_applied" CHECK ((("undone_at" IS NULL AND "undone_by_id" IS NULL) OR ("applied_at" IS NOT NULL AND "undone_at" >= ("applied_at") AND "undone_at" IS NOT NULL AND "undone_by_id" IS NOT NULL))));

CREATE TABLE "reliability_reports" ("id" char(32) NOT NULL PRIMARY KEY, "last_seq" bigint NOT NULL UNIQUE, "made_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "n" integer NOT NULL, "ece" real NOT NULL, "by_chance" real NOT NULL, "log_loss" real NOT NULL, "bins" text NOT NULL CHECK ((JSON_VALID("bins") OR "bins" IS NULL)), CONSTRAINT "reliability_reports_last_seq" CHECK ("last_seq" >= 1), CONSTRAINT "reliability_reports_n" CHECK (("n" >= 1 AND "n" <= 10000)), CONSTRAINT "reliability_reports_ece" CHECK (("ece" >= 0.0 AND "ece" <= 1.0)), CONSTRAINT "reliability_reports_by_chance" CHECK (("by_chance" >= 0.0 AND "by_chance" <= 1.0)), CONSTRAINT "reliability_reports_log_loss" CHECK (("log_loss" >= 0.0 AND "log_loss" <= 14.0)));

CREATE TABLE "response_folds" ("response_id" char(32) NOT NULL PRIMARY KEY REFERENCES "responses" ("id") DEFERRABLE INITIALLY DEFERRED, "seq" bigint NOT NULL UNIQUE, "p_before" real NULL, CONSTRAINT "response_folds_seq" CHECK ("seq" >= 1), CONSTRAINT "response_folds_p_before" CHECK (("p_before" IS NULL OR ("p_before" >= 0.0 AND "p_before" <= 1.0))));

CREATE TABLE "response_slips" ("response_id" char(32) NOT NULL PRIMARY KEY REFERENCES "responses" ("id") DEFERRABLE INITIALLY DEFERRED, "words" varchar(300) DEFAULT '' NOT NULL, "noted_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL);

CREATE TABLE "responses" ("id" char(32) NOT NULL PRIMARY KEY, "share" decimal NOT NULL, "seconds" integer NULL, "concepts" text DEFAULT '[]' NOT NULL CHECK ((JSON_VALID("concepts") OR "concepts" IS NULL)), "occurred_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "received_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "exam_attempt_id" char(32) NULL REFERENCES "exam_attempts" ("id") DEFERRABLE INITIALLY DEFERRED, "lesson_id" char(32) NOT NULL REFERENCES "lessons" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "question_id" char(32) NOT NULL REFERENCES "questions" ("id") DEFERRABLE INITIALLY DEFERRED, "quiz_attempt_id" char(32) NULL REFERENCES "quiz_attempts" ("id") DEFERRABLE INITIALLY DEFERRED, "practice_session_id" char(32) NULL REFERENCES "practice_sessions" ("id") DEFERRABLE INITIALLY DEFERRED, "replaces_id" char(32) NULL UNIQUE REFERENCES "responses" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "responses_share" CHECK (("share" >= '0' AND "share" <= '1')), CONSTRAINT "responses_seconds" CHECK (("seconds" >= 0 AND "seconds" <= 1000000)), CONSTRAINT "responses_from_one_attempt" CHECK ((("exam_attempt_id" IS NULL AND "practice_session_id" IS NULL AND "quiz_attempt_id" IS NOT NULL) OR ("exam_attempt_id" IS NOT NULL AND "practice_session_id" IS NULL AND "quiz_attempt_id" IS NULL) OR ("exam_attempt_id" IS NULL AND "practice_session_id" IS NOT NULL AND "quiz_attempt_id" IS NULL))));

CREATE TABLE "search_entries" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "kind" varchar(10) NOT NULL, "object_id" char(32) NOT NULL, "lesson_id" char(32) NULL, "owner_id" char(32) NULL, "is_draft" bool DEFAULT 0 NOT NULL, "language" varchar(12) DEFAULT '' NOT NULL, "title" text DEFAULT '' NOT NULL, "text" text DEFAULT '' NOT NULL, CONSTRAINT "search_entries_kind" CHECK ("kind" IN ('note', 'own_note', 'question', 'person')), CONSTRAINT "search_entries_once" UNIQUE ("kind", "object_id"), CONSTRAINT "search_entries_lesson" CHECK ((("kind" = 'person' AND "lesson_id" IS NULL) OR (NOT ("kind" = 'person') AND "lesson_id" IS NOT NULL))), CONSTRAINT "search_entries_owner" CHECK ((("kind" = 'own_note' AND "owner_id" IS NOT NULL) OR (NOT ("kind" = 'own_note') AND "owner_id" IS NULL))));

CREATE TABLE "sign_in_limits" ("id" char(32) NOT NULL PRIMARY KEY, "key" varchar(64) NOT NULL UNIQUE, "failures" integer DEFAULT 0 NOT NULL, "last_at" datetime NOT NULL, "wait_until" datetime NULL, CONSTRAINT "sign_in_limits_failures" CHECK (("failures" >= 0 AND "failures" <= 1000000000)));

CREATE TABLE "tags" ("id" char(32) NOT NULL PRIMARY KEY, "name" varchar(60) NOT NULL, "owner_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "tags_name_not_blank" CHECK (LENGTH(TRIM("name", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "tags_once" UNIQUE ("owner_id", "name"));

CREATE TABLE "tutor_messages" ("id" char(32) NOT NULL PRIMARY KEY, "asked_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "mode" varchar(8) NOT NULL, "question" varchar(2000) NOT NULL, "own_answer" varchar(4000) DEFAULT '' NOT NULL, "state" varchar(8) NOT NULL, "reply" text DEFAULT '{}' NOT NULL CHECK ((JSON_VALID("reply") OR "reply" IS NULL)), "engine" varchar(120) DEFAULT 'extractive' NOT NULL, "wording" varchar(8) DEFAULT 'none' NOT NULL, "lesson_id" char(32) NOT NULL REFERENCES "lessons" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "tutor_messages_mode" CHECK ("mode" IN ('hint', 'explain', 'check')), CONSTRAINT "tutor_messages_state" CHECK ("state" IN ('answered', 'related', 'absent')), CONSTRAINT "tutor_messages_wording" CHECK ("wording" IN ('none', 'pending', 'done', 'failed')), CONSTRAINT "tutor_messages_asks" CHECK (LENGTH(TRIM("question", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0));

CREATE TABLE "tutor_switches" ("id" char(32) NOT NULL PRIMARY KEY, "is_on" bool DEFAULT 1 NOT NULL, "changed_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "changed_by_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, "course_id" char(32) NOT NULL UNIQUE REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED);

CREATE TABLE "undo_steps" ("id" char(32) NOT NULL PRIMARY KEY, "act" varchar(20) NOT NULL, "before" text DEFAULT '{}' NOT NULL CHECK ((JSON_VALID("before") OR "before" IS NULL)), "made_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "undone_at" datetime NULL, "course_id" char(32) NOT NULL REFERENCES "courses" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" char(32) NOT NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "undo_steps_act" CHECK ("act" IN ('lesson_status', 'lesson_order', 'course_status', 'file_removed')), CONSTRAINT "undo_steps_undone_after_made" CHECK (("undone_at" IS NULL OR "undone_at" >= ("made_at"))));

CREATE TABLE "user_sessions" ("id" char(32) NOT NULL PRIMARY KEY, "token_hash" varchar(64) NOT NULL UNIQUE, "data" text DEFAULT '' NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "last_seen_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "expires_at" datetime NOT NULL, "ip" varchar(45) DEFAULT '' NOT NULL, "user_agent" varchar(300) DEFAULT '' NOT NULL, "user_id" char(32) NULL REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "user_sessions_expires_later" CHECK ("expires_at" > ("created_at")));

CREATE TABLE "users" ("id" char(32) NOT NULL PRIMARY KEY, "name" varchar(200) NOT NULL, "email" varchar(254) NOT NULL, "email_canonical" varchar(320) NOT NULL UNIQUE, "password_hash" varchar(200) NOT NULL, "role" varchar(12) NOT NULL, "created_at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL, "is_active" bool DEFAULT 1 NOT NULL, "locale" varchar(12) DEFAULT 'en' NOT NULL, "timezone" varchar(64) DEFAULT 'UTC' NOT NULL, "last_login" datetime NULL, "erased_at" datetime NULL, CONSTRAINT "users_role" CHECK ("role" IN ('STUDENT', 'ADMIN', 'INSTRUCTOR')), CONSTRAINT "users_name_not_blank" CHECK (LENGTH(TRIM("name", CHAR(32, 9, 10, 11, 12, 13, 160, 8203, 8239, 12288, 65279))) > 0), CONSTRAINT "users_email_shape" CHECK (("email" LIKE '%@%' ESCAPE '\' AND NOT ("email" LIKE '@%' ESCAPE '\') AND NOT ("email" LIKE '%@' ESCAPE '\') AND NOT ("email" LIKE '% %' ESCAPE '\'))), CONSTRAINT "users_email_canonical_form" CHECK (("email_canonical" NOT GLOB '*[^ -~]*' AND "email_canonical" = (LOWER("email_canonical")))), CONSTRAINT "users_email_canonical_same" CHECK ((NOT ("email" NOT GLOB '*[^ -~]*') OR "email_canonical" = (LOWER(TRIM("email"))))), CONSTRAINT "users_locale_set" CHECK ((NOT ("locale" = '') AND NOT ("timezone" = ''))));

CREATE TABLE "xapi_settings" ("id" smallint NOT NULL PRIMARY KEY, "namespace" char(32) NOT NULL, "pseudonym_secret" varchar(64) NOT NULL, "address" varchar(500) DEFAULT '' NOT NULL, "auth" varchar(10) DEFAULT 'none' NOT NULL, "user_name" varchar(200) DEFAULT '' NOT NULL, "credential_sealed" text DEFAULT '' NOT NULL, "is_on" bool DEFAULT 0 NOT NULL, "with_responses" bool DEFAULT 0 NOT NULL, "cursor" bigint DEFAULT 0 NOT NULL, "sent" bigint DEFAULT 0 NOT NULL, "sent_at" datetime NULL, "not_before" datetime NULL, "problem" varchar(300) DEFAULT '' NOT NULL, CONSTRAINT "xapi_settings_one_row" CHECK ("id" = 1), CONSTRAINT "xapi_settings_secret" CHECK (NOT ("pseudonym_secret" = '')), CONSTRAINT "xapi_settings_auth" CHECK ("auth" IN ('none', 'basic', 'bearer')), CONSTRAINT "xapi_settings_cursor" CHECK (("cursor" >= 0 AND "cursor" <= 4611686018427387904)), CONSTRAINT "xapi_settings_sent" CHECK (("sent" >= 0 AND "sent" <= 4611686018427387904)), CONSTRAINT "xapi_settings_on_has_address" CHECK ((NOT "is_on" OR NOT ("address" = ''))), CONSTRAINT "xapi_settings_credential_used" CHECK ((NOT ("auth" = 'none') OR "credential_sealed" = '')));

CREATE TABLE "xapi_told" ("id" char(32) NOT NULL PRIMARY KEY, "is_told" bool DEFAULT 0 NOT NULL, "score" integer NULL, "exam_attempt_id" char(32) NULL UNIQUE REFERENCES "exam_attempts" ("id") DEFERRABLE INITIALLY DEFERRED, "practice_session_id" char(32) NULL UNIQUE REFERENCES "practice_sessions" ("id") DEFERRABLE INITIALLY DEFERRED, "quiz_attempt_id" char(32) NULL UNIQUE REFERENCES "quiz_attempts" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "xapi_told_one_attempt" CHECK ((("exam_attempt_id" IS NOT NULL AND "practice_session_id" IS NULL AND "quiz_attempt_id" IS NULL) OR ("exam_attempt_id" IS NULL AND "practice_session_id" IS NULL AND "quiz_attempt_id" IS NOT NULL) OR ("exam_attempt_id" IS NULL AND "practice_session_id" IS NOT NULL AND "quiz_attempt_id" IS NULL))), CONSTRAINT "xapi_told_score" CHECK (("score" IS NULL OR ("exam_attempt_id" IS NOT NULL AND "is_told" AND "score" >= 0 AND "score" <= 100))));

CREATE INDEX "accommodations_course_id_86289770" ON "accommodations" ("course_id");

CREATE INDEX "accommodations_created_by_id_a004a035" ON "accommodations" ("created_by_id");

CREATE INDEX "accommodations_exam_id_79d531e9" ON "accommodations" ("exam_id");

CREATE UNIQUE INDEX "accommodations_one_for_course" ON "accommodations" ("course_id", "user_id") WHERE ("exam_id" IS NULL AND "revoked_at" IS NULL);

CREATE UNIQUE INDEX "accommodations_one_for_exam" ON "accommodations" ("exam_id", "user_id") WHERE ("exam_id" IS NOT NULL AND "revoked_at" IS NULL);

CREATE INDEX "accommodations_revoked_by_id_a6a3c339" ON "accommodations" ("revoked_by_id");

CREATE INDEX "accommodations_user_id_604282c5" ON "accommodations" ("user_id");

CREATE INDEX "account_emailaddress_email_03be32b2" ON "account_emailaddress" ("email");

CREATE INDEX "account_emailaddress_user_id_2c513194" ON "account_emailaddress" ("user_id");

CREATE UNIQUE INDEX "account_emailaddress_user_id_email_987c8728_uniq" ON "account_emailaddress" ("user_id", "email");

CREATE INDEX "account_emailconfirmation_email_address_id_5b7f8c58" ON "account_emailconfirmation" ("email_address_id");

CREATE INDEX "ai_note_versions_by_id_f9a4243f" ON "ai_note_versions" ("by_id");

CREATE INDEX "ai_note_versions_lesson_id_145cc90a" ON "ai_note_versions" ("lesson_id");

CREATE INDEX "ai_notes_approved_by_id_261f60a0" ON "ai_notes" ("approved_by_id");

CREATE INDEX "ai_notes_edited_by_id_ca23b7bd" ON "ai_notes" ("edited_by_id");

CREATE INDEX "ai_rejections_created_at_36d44f05" ON "ai_rejections" ("created_at");

CREATE INDEX "ai_rejections_lesson_id_c64f1d3e" ON "ai_rejections" ("lesson_id");

CREATE INDEX "analytics_by_course" ON "analytics" ("course_id");

CREATE INDEX "analytics_course_id_8fa75cbf" ON "analytics" ("course_id");

CREATE UNIQUE INDEX "analytics_epochs_one_building" ON "analytics_epochs" ("state") WHERE "state" = 'building';

CREATE UNIQUE INDEX "analytics_epochs_one_current" ON "analytics_epochs" ("state") WHERE "state" = 'current';

CREATE UNIQUE INDEX "analytics_once_without_course" ON "analytics" ("user_id") WHERE "course_id" IS NULL;

CREATE INDEX "analytics_user_id_6b29e2d1" ON "analytics" ("user_id");

CREATE INDEX "api_tokens_user_id_2db24e1c" ON "api_tokens" ("user_id");

CREATE INDEX "appeal_messages_appeal_id_76df5181" ON "appeal_messages" ("appeal_id");

CREATE INDEX "appeal_messages_author_id_95d69b9c" ON "appeal_messages" ("author_id");

CREATE INDEX "appeals_answered_by_id_6ee9f92e" ON "appeals" ("answered_by_id");

CREATE INDEX "appeals_attempt_id_e69ffb05" ON "appeals" ("attempt_id");

CREATE INDEX "appeals_mark_id_d97590f9" ON "appeals" ("mark_id");

CREATE UNIQUE INDEX "appeals_one_open" ON "appeals" ("attempt_id", "question_id") WHERE "status" = 'open';

CREATE INDEX "appeals_question_id_35b463d6" ON "appeals" ("question_id");

CREATE INDEX "appeals_regrade_id_49bc49ba" ON "appeals" ("regrade_id");

CREATE INDEX "appeals_waiting" ON "appeals" ("created_at") WHERE "status" = 'open';

CREATE INDEX "attempt_answers_question_id_e34489ec" ON "attempt_answers" ("question_id");

CREATE INDEX "attempt_events_actor_id_1b2ddd36" ON "attempt_events" ("actor_id");

CREATE INDEX "attempt_events_question_id_95af403a" ON "attempt_events" ("question_id");

CREATE INDEX "audit_log_actor_id_dfa07704" ON "audit_log" ("actor_id");

CREATE INDEX "audit_log_by_course" ON "audit_log" ("course_id", "at");

CREATE INDEX "audit_log_by_time" ON "audit_log" ("at");

CREATE INDEX "auth_group_permissions_group_id_b120cbf9" ON "auth_group_permissions" ("group_id");

CREATE UNIQUE INDEX "auth_group_permissions_group_id_permission_id_0cd325b0_uniq" ON "auth_group_permissions" ("group_id", "permission_id");

CREATE INDEX "auth_group_permissions_permission_id_84c5c92e" ON "auth_group_permissions" ("permission_id");

CREATE INDEX "auth_permission_content_type_id_2f476e4b" ON "auth_permission" ("content_type_id");

CREATE UNIQUE INDEX "auth_permission_content_type_id_codename_01ab375a_uniq" ON "auth_permission" ("content_type_id", "codename");

CREATE INDEX "cache_entries_expires" ON "cache_entries" ("expires");

CREATE INDEX "concept_opportunities_concept_id_52b9962e" ON "concept_opportunities" ("concept_id");

CREATE INDEX "concepts_course_id_3687d1a5" ON "concepts" ("course_id");

CREATE INDEX "concepts_merged_into_id_9aa74bc6" ON "concepts" ("merged_into_id");

CREATE INDEX "corrections_question_id_04a55954" ON "corrections" ("question_id");

CREATE INDEX "corrections_regrade_id_ddcdb89e" ON "corrections" ("regrade_id");

CREATE INDEX "course_group_members_group_id_01ae52a3" ON "course_group_members" ("group_id");

CREATE INDEX "course_group_members_user_id_d4606c6a" ON "course_group_members" ("user_id");

CREATE INDEX "course_groups_course_id_84a8cb6c" ON "course_groups" ("course_id");

CREATE INDEX "course_invitations_course_id_a11cc6c8" ON "course_invitations" ("course_id");

CREATE INDEX "course_prompts_course_id_1cc52e43" ON "course_prompts" ("course_id");

CREATE INDEX "course_prompts_edited_by_id_ed99abb8" ON "course_prompts" ("edited_by_id");

CREATE INDEX "courses_owner_id_8c56187f" ON "courses" ("owner_id");

CREATE UNIQUE INDEX "django_content_type_app_label_model_76bd3d3b_uniq" ON "django_content_type" ("app_label", "model");

CREATE INDEX "draft_runs_lesson_id_1f325be7" ON "draft_runs" ("lesson_id");

CREATE INDEX "enrollments_by_course" ON "enrollments" ("course_id", "role");

CREATE INDEX "enrollments_course_id_8964c6c8" ON "enrollments" ("course_id");

CREATE INDEX "enrollments_user_id_149cb742" ON "enrollments" ("user_id");

CREATE INDEX "exam_attempts_by_user" ON "exam_attempts" ("user_id", "exam_id");

CREATE UNIQUE INDEX "exam_attempts_one_running" ON "exam_attempts" ("exam_id", "user_id") WHERE "status" = 'in_progress';

CREATE INDEX "exam_attempts_running" ON "exam_attempts" ("deadline_at") WHERE "status" = 'in_progress';

CREATE INDEX "exam_forecasts_exam_id_c049e520" ON "exam_forecasts" ("exam_id");

CREATE INDEX "exam_messages_attempt_id_c75fb376" ON "exam_messages" ("attempt_id");

CREATE INDEX "exam_messages_exam_id_8fa808c0" ON "exam_messages" ("exam_id");

CREATE INDEX "exam_messages_sent_by_id_a236ef46" ON "exam_messages" ("sent_by_id");

CREATE INDEX "exam_pools_exam_id_aec0f8de" ON "exam_pools" ("exam_id");

CREATE INDEX "exam_questions_exam_id_19ce11e5" ON "exam_questions" ("exam_id");

CREATE INDEX "exam_questions_pool_id_38400fb5" ON "exam_questions" ("pool_id");

CREATE INDEX "exam_questions_question_id_fbc99364" ON "exam_questions" ("question_id");

CREATE INDEX "exams_course_id_c9046395" ON "exams" ("course_id");

CREATE INDEX "files_course_id_be4bbd0e" ON "files" ("course_id");

CREATE INDEX "files_uploaded_by_id_ec4ad3e1" ON "files" ("uploaded_by_id");

CREATE INDEX "fold_queue_by_release" ON "fold_queue" ("release_at");

CREATE INDEX "grade_entries_by_cell" ON "grade_entries" ("item_id", "user_id");

CREATE INDEX "grade_entries_item_id_1fd63f96" ON "grade_entries" ("item_id");

CREATE INDEX "grade_entries_user_id_de8e3ca3" ON "grade_entries" ("user_id");

CREATE INDEX "grade_entries_written_by_id_1e34f020" ON "grade_entries" ("written_by_id");

CREATE INDEX "grade_items_course_id_68af4c4d" ON "grade_items" ("course_id");

CREATE INDEX "idempotency_keys_user_id_fe2a5406" ON "idempotency_keys" ("user_id");

CREATE INDEX "invitations_accepted_by_id_3c4ce36b" ON "invitations" ("accepted_by_id");

CREATE INDEX "invitations_invited_by_id_d46285c5" ON "invitations" ("invited_by_id");

CREATE INDEX "item_figures_question_id_a2d64f9b" ON "item_figures" ("question_id");

CREATE INDEX "item_states_question_id_60031a4c" ON "item_states" ("question_id");

CREATE INDEX "jobs_by_lease" ON "jobs" ("status", "lease_until");

CREATE INDEX "jobs_created_by_id_5f1a45f0" ON "jobs" ("created_by_id");

CREATE UNIQUE INDEX "jobs_one_live_per_target" ON "jobs" ("kind", "target") WHERE "status" IN ('queued', 'running');

CREATE INDEX "jobs_parent_id_2e8f0f42" ON "jobs" ("parent_id");

CREATE INDEX "lesson_concepts_concept_id_4412ebc8" ON "lesson_concepts" ("concept_id");

CREATE INDEX "lesson_concepts_lesson_id_ab11e00a" ON "lesson_concepts" ("lesson_id");

CREATE INDEX "lesson_drafts_author_id_260ba102" ON "lesson_drafts" ("author_id");

CREATE INDEX "lesson_drafts_course_id_dea39f7d" ON "lesson_drafts" ("course_id");

CREATE INDEX "lesson_drafts_lesson_id_15010a4a" ON "lesson_drafts" ("lesson_id");

CREATE UNIQUE INDEX "lesson_drafts_one_new" ON "lesson_drafts" ("course_id", "author_id") WHERE "lesson_id" IS NULL;

CREATE INDEX "lesson_locks_holder_id_25c16133" ON "lesson_locks" ("holder_id");

CREATE INDEX "lesson_progress_lesson_id_29220d73" ON "lesson_progress" ("lesson_id");

CREATE INDEX "lesson_progress_user_id_4d13c87b" ON "lesson_progress" ("user_id");

CREATE INDEX "lesson_revisions_author_id_96d7db4b" ON "lesson_revisions" ("author_id");

CREATE INDEX "lesson_revisions_lesson_id_d6207443" ON "lesson_revisions" ("lesson_id");

CREATE INDEX "lesson_tallies_course_id_172b6715" ON "lesson_tallies" ("course_id");

CREATE INDEX "lesson_tallies_lesson_id_62c8dc2c" ON "lesson_tallies" ("lesson_id");

CREATE INDEX "lesson_tallies_user_id_9a5fe881" ON "lesson_tallies" ("user_id");

CREATE INDEX "lessons_course_id_96ce8d06" ON "lessons" ("course_id");

CREATE INDEX "lessons_listed" ON "lessons" ("course_id", "order_index", "id", "status", "minutes", "topic", "part_title", "parent_id");

CREATE INDEX "lessons_parent_id_2e983952" ON "lessons" ("parent_id");

CREATE INDEX "llm_calls_at_0a4dd979" ON "llm_calls" ("at");

CREATE INDEX "llm_calls_by_course" ON "llm_calls" ("course_id", "at");

CREATE INDEX "llm_calls_by_text" ON "llm_calls" ("text_hash");

CREATE INDEX "llm_calls_connection_id_30e7c880" ON "llm_calls" ("connection_id");

CREATE UNIQUE INDEX "llm_calls_one_answer" ON "llm_calls" ("text_hash", "engine", "model", "prompt_version") WHERE ("outcome" = 'ok' AND NOT ("answer" = ''));

CREATE INDEX "llm_calls_user_id_915bf921" ON "llm_calls" ("user_id");

CREATE INDEX "mail_choices_user_id_fe7de2c0" ON "mail_choices" ("user_id");

CREATE INDEX "mails_by_time" ON "mails" ("created_at");

CREATE UNIQUE INDEX "mails_once" ON "mails" ("key") WHERE NOT ("key" = '');

CREATE INDEX "mails_user_id_f0c1275b" ON "mails" ("user_id");

CREATE INDEX "mails_waiting" ON "mails" ("send_at") WHERE "status" = 'waiting';

CREATE INDEX "marks_attempt_id_499b68b3" ON "marks" ("attempt_id");

CREATE INDEX "marks_by_answer" ON "marks" ("attempt_id", "question_id");

CREATE INDEX "marks_marker_id_3a20e323" ON "marks" ("marker_id");

CREATE INDEX "marks_question_id_f5edbe91" ON "marks" ("question_id");

CREATE INDEX "mfa_authenticator_user_id_0c3a50c0" ON "mfa_authenticator" ("user_id");

CREATE INDEX "model_connections_created_by_id_5d426858" ON "model_connections" ("created_by_id");

CREATE UNIQUE INDEX "model_connections_one_chosen" ON "model_connections" ("is_chosen") WHERE "is_chosen";

CREATE INDEX "notifications_by_user" ON "notifications" ("user_id", "created_at");

CREATE UNIQUE INDEX "notifications_once" ON "notifications" ("user_id", "kind", "about") WHERE NOT ("about" = '');

CREATE INDEX "notifications_to_mail" ON "notifications" ("mail_at") WHERE "mail_at" IS NOT NULL;

CREATE INDEX "notifications_unread" ON "notifications" ("user_id") WHERE "read_at" IS NULL;

CREATE INDEX "notifications_user_id_468e288d" ON "notifications" ("user_id");

CREATE INDEX "own_notes_lesson_id_fbb84d7c" ON "own_notes" ("lesson_id");

CREATE INDEX "own_notes_of_reader" ON "own_notes" ("user_id", "lesson_id");

CREATE INDEX "passages_course_id_3be53de5" ON "passages" ("course_id");

CREATE INDEX "passages_lesson_id_7fa74674" ON "passages" ("lesson_id");

CREATE INDEX "practice_answers_question_id_09d59e9c" ON "practice_answers" ("question_id");

CREATE INDEX "practice_answers_session_id_4f36cfdb" ON "practice_answers" ("session_id");

CREATE INDEX "practice_offers_concept_id_60d5447c" ON "practice_offers" ("concept_id");

CREATE INDEX "practice_offers_course_id_146bd5df" ON "practice_offers" ("course_id");

CREATE INDEX "practice_offers_user_id_673a7587" ON "practice_offers" ("user_id");

CREATE INDEX "practice_points_by_user" ON "practice_points" ("user_id", "course_id");

CREATE INDEX "practice_sessions_by_user" ON "practice_sessions" ("user_id", "course_id", "created_at");

CREATE INDEX "practice_sessions_concept_id_2a652ba2" ON "practice_sessions" ("concept_id");

CREATE INDEX "practice_sessions_course_id_895709a5" ON "practice_sessions" ("course_id");

CREATE UNIQUE INDEX "practice_sessions_one_running" ON "practice_sessions" ("user_id", "course_id") WHERE "status" = 'in_progress';

CREATE INDEX "practice_sessions_user_id_13680c10" ON "practice_sessions" ("user_id");

CREATE INDEX "practice_suggestions_by_user" ON "practice_suggestions" ("course_id", "user_id");

CREATE INDEX "practice_suggestions_concept_id_cec24d5b" ON "practice_suggestions" ("concept_id");

CREATE INDEX "practice_suggestions_course_id_38a9e480" ON "practice_suggestions" ("course_id");

CREATE INDEX "practice_suggestions_suggested_by_id_36ad5170" ON "practice_suggestions" ("suggested_by_id");

CREATE INDEX "practice_suggestions_user_id_014dbf1e" ON "practice_suggestions" ("user_id");

CREATE INDEX "practised_items_question_id_a0bb1be6" ON "practised_items" ("question_id");

CREATE INDEX "question_concepts_concept_id_195f6e15" ON "question_concepts" ("concept_id");

CREATE INDEX "question_concepts_question_id_bb6dfa6f" ON "question_concepts" ("question_id");

CREATE INDEX "question_drafts_exam_id_28010fb3" ON "question_drafts" ("exam_id");

CREATE INDEX "question_drafts_lesson_id_25397030" ON "question_drafts" ("lesson_id");

CREATE INDEX "question_drafts_reviewed_by_id_d0c520e4" ON "question_drafts" ("reviewed_by_id");

CREATE INDEX "question_drafts_run_id_fc79af8a" ON "question_drafts" ("run_id");

CREATE INDEX "question_drafts_waiting" ON "question_drafts" ("lesson_id", "place") WHERE "status" IN ('draft', 'stale');

CREATE INDEX "question_tags_question_id_08c2edf7" ON "question_tags" ("question_id");

CREATE INDEX "question_tags_tag_id_7e11cc33" ON "question_tags" ("tag_id");

CREATE UNIQUE INDEX "questions_one_per_place" ON "questions" ("quiz_id", "position") WHERE "retired_at" IS NULL;

CREATE INDEX "questions_quiz_id_5c84443f" ON "questions" ("quiz_id");

CREATE INDEX "quiz_answers_attempt_id_076849e7" ON "quiz_answers" ("attempt_id");

CREATE INDEX "quiz_answers_question_id_3966556b" ON "quiz_answers" ("question_id");

CREATE INDEX "quiz_attempts_by_user" ON "quiz_attempts" ("user_id", "quiz_id");

CREATE UNIQUE INDEX "quiz_attempts_one_running" ON "quiz_attempts" ("quiz_id", "user_id") WHERE "status" = 'in_progress';

CREATE INDEX "quiz_attempts_quiz_id_548b40bf" ON "quiz_attempts" ("quiz_id");

CREATE INDEX "quiz_attempts_user_id_a0a25a5f" ON "quiz_attempts" ("user_id");

CREATE INDEX "quizzes_lesson_id_fece432b" ON "quizzes" ("lesson_id");

CREATE INDEX "regrade_moves_attempt_id_4c486487" ON "regrade_moves" ("attempt_id");

CREATE INDEX "regrade_moves_regrade_id_2ad980af" ON "regrade_moves" ("regrade_id");

CREATE INDEX "regrades_applied_by_id_53cea748" ON "regrades" ("applied_by_id");

CREATE INDEX "regrades_created_by_id_1d11d214" ON "regrades" ("created_by_id");

CREATE INDEX "regrades_exam_id_2703f43e" ON "regrades" ("exam_id");

CREATE INDEX "regrades_undone_by_id_e9a843ba" ON "regrades" ("undone_by_id");

CREATE INDEX "responses_by_user" ON "responses" ("user_id", "course_id", "occurred_at");

CREATE INDEX "responses_course_id_0c3e292a" ON "responses" ("course_id");

CREATE INDEX "responses_exam_attempt_id_ebe1c5ed" ON "responses" ("exam_attempt_id");

CREATE INDEX "responses_lesson_id_dc88e31c" ON "responses" ("lesson_id");

CREATE UNIQUE INDEX "responses_once_per_exam_attempt" ON "responses" ("exam_attempt_id", "question_id") WHERE ("exam_attempt_id" IS NOT NULL AND "replaces_id" IS NULL);

CREATE UNIQUE INDEX "responses_once_per_practice_session" ON "responses" ("practice_session_id", "question_id") WHERE ("practice_session_id" IS NOT NULL AND "replaces_id" IS NULL);

CREATE UNIQUE INDEX "responses_once_per_quiz_attempt" ON "responses" ("quiz_attempt_id", "question_id") WHERE ("quiz_attempt_id" IS NOT NULL AND "replaces_id" IS NULL);

CREATE INDEX "responses_practice_session_id_d7ceefba" ON "responses" ("practice_session_id");

CREATE INDEX "responses_question_id_d207dd66" ON "responses" ("question_id");

CREATE INDEX "responses_quiz_attempt_id_4e9fb34e" ON "responses" ("quiz_attempt_id");

CREATE INDEX "sign_in_limits_by_time" ON "sign_in_limits" ("last_at");

CREATE INDEX "success_index" ON "django_q_task" ("group", "name", "func") WHERE "success";

CREATE INDEX "tags_owner_id_a322bd58" ON "tags" ("owner_id");

CREATE INDEX "tutor_messages_history" ON "tutor_messages" ("user_id", "lesson_id", "asked_at");

CREATE INDEX "tutor_messages_lesson_id_dd97c65c" ON "tutor_messages" ("lesson_id");

CREATE INDEX "tutor_messages_rate" ON "tutor_messages" ("user_id", "asked_at");

CREATE INDEX "tutor_messages_user_id_3d83d698" ON "tutor_messages" ("user_id");

CREATE INDEX "tutor_switches_changed_by_id_4e519257" ON "tutor_switches" ("changed_by_id");

CREATE INDEX "undo_steps_course_id_d13e43ed" ON "undo_steps" ("course_id");

CREATE INDEX "undo_steps_user_id_fe2f5456" ON "undo_steps" ("user_id");

CREATE UNIQUE INDEX "unique_authenticator_type" ON "mfa_authenticator" ("user_id", "type") WHERE "type" IN ('totp', 'recovery_codes');

CREATE UNIQUE INDEX "unique_primary_email" ON "account_emailaddress" ("user_id", "primary") WHERE "primary";

CREATE UNIQUE INDEX "unique_verified_email" ON "account_emailaddress" ("email") WHERE "verified";

CREATE INDEX "user_sessions_by_expiry" ON "user_sessions" ("expires_at");

CREATE INDEX "user_sessions_user_id_43ce9642" ON "user_sessions" ("user_id");

CREATE INDEX "xapi_told_waiting" ON "xapi_told" ("id") WHERE NOT "is_told";

CREATE TRIGGER entry_index_delete AFTER DELETE ON search_entries BEGIN INSERT INTO entry_index (entry_index, rowid, title, text) VALUES ('delete', old.id, old.title, old.text); END;

CREATE TRIGGER entry_index_insert AFTER INSERT ON search_entries BEGIN INSERT INTO entry_index (rowid, title, text) VALUES (new.id, new.title, new.text); END;

CREATE TRIGGER entry_index_update AFTER UPDATE ON search_entries BEGIN INSERT INTO entry_index (entry_index, rowid, title, text) VALUES ('delete', old.id, old.title, old.text); INSERT INTO entry_index (rowid, title, text) VALUES (new.id, new.title, new.text); END;

CREATE TRIGGER entry_note_delete AFTER DELETE ON ai_notes BEGIN DELETE FROM search_entries WHERE kind = 'note' AND object_id = OLD.id; END;

CREATE TRIGGER entry_note_insert AFTER INSERT ON ai_notes BEGIN INSERT INTO search_entries (kind, object_id, lesson_id, owner_id, is_draft, language, title, text) SELECT 'note', NEW.id, NEW.lesson_id, NULL, NEW.status <> 'approved', (SELECT c.language FROM lessons l JOIN courses c ON c.id = l.course_id WHERE l.id = NEW.lesson_id), '', NEW.generated_content WHERE NEW.status IN ('draft', 'approved'); END;

CREATE TRIGGER entry_note_update AFTER UPDATE OF generated_content, status ON ai_notes WHEN OLD.generated_content IS NOT NEW.generated_content OR OLD.status IS NOT NEW.status BEGIN DELETE FROM search_entries WHERE kind = 'note' AND object_id = OLD.id; INSERT INTO search_entries (kind, object_id, lesson_id, owner_id, is_draft, language, title, text) SELECT 'note', NEW.id, NEW.lesson_id, NULL, NEW.status <> 'approved', (SELECT c.language FROM lessons l JOIN courses c ON c.id = l.course_id WHERE l.id = NEW.lesson_id), '', NEW.generated_content WHERE NEW.status IN ('draft', 'approved'); END;

CREATE TRIGGER entry_own_note_delete AFTER DELETE ON own_notes BEGIN DELETE FROM search_entries WHERE kind = 'own_note' AND object_id = OLD.id; END;

CREATE TRIGGER entry_own_note_insert AFTER INSERT ON own_notes BEGIN INSERT INTO search_entries (kind, object_id, lesson_id, owner_id, is_draft, language, title, text) SELECT 'own_note', NEW.id, NEW.lesson_id, NEW.user_id, false, (SELECT c.language FROM lessons l JOIN courses c ON c.id = l.course_id WHERE l.id = NEW.lesson_id), NEW.quote, NEW.body WHERE 1 = 1; END;

CREATE TRIGGER entry_own_note_update AFTER UPDATE OF quote, body ON own_notes WHEN OLD.quote IS NOT NEW.quote OR OLD.body IS NOT NEW.body BEGIN DELETE FROM search_entries WHERE kind = 'own_note' AND object_id = OLD.id; INSERT INTO search_entries (kind, object_id, lesson_id, owner_id, is_draft, language, title, text) SELECT 'own_note', NEW.id, NEW.lesson_id, NEW.user_id, false, (SELECT c.language FROM lessons l JOIN courses c ON c.id = l.course_id WHERE l.id = NEW.lesson_id), NEW.quote, NEW.body WHERE 1 = 1; END;

CREATE TRIGGER entry_person_delete AFTER DELETE ON users BEGIN DELETE FROM search_entries WHERE kind = 'person' AND object_id = OLD.id; END;

CREATE TRIGGER entry_person_insert AFTER INSERT ON users BEGIN INSERT INTO search_entries (kind, object_id, lesson_id, owner_id, is_draft, language, title, text) SELECT 'person', NEW.id, NULL, NULL, false, '', NEW.name, NEW.email WHERE NEW.erased_at IS NULL; END;

CREATE TRIGGER entry_person_update AFTER UPDATE OF name, email, erased_at ON users WHEN OLD.name IS NOT NEW.name OR OLD.email IS NOT NEW.email OR OLD.erased_at IS NOT NEW.erased_at BEGIN DELETE FROM search_entries WHERE kind = 'person' AND object_id = OLD.id; INSERT INTO search_entries (kind, object_id, lesson_id, owner_id, is_draft, language, title, text) SELECT 'person', NEW.id, NULL, NULL, false, '', NEW.name, NEW.email WHERE NEW.erased_at IS NULL; END;

CREATE TRIGGER entry_question_delete AFTER DELETE ON questions BEGIN DELETE FROM search_entries WHERE kind = 'question' AND object_id = OLD.id; END;

CREATE TRIGGER entry_question_insert AFTER INSERT ON questions BEGIN INSERT INTO search_entries (kind, object_id, lesson_id, owner_id, is_draft, language, title, text) SELECT 'question', NEW.id, (SELECT z.lesson_id FROM quizzes z WHERE z.id = NEW.quiz_id), NULL, NEW.status <> 'approved', (SELECT c.language FROM lessons l JOIN courses c ON c.id = l.course_id WHERE l.id = (SELECT z.lesson_id FROM quizzes z WHERE z.id = NEW.quiz_id)), substr(NEW.question_text, 1, 300), substr(NEW.question_text, 301) || ' ' || COALESCE((SELECT group_concat(json_extract(o.value, '$.text'), ' ') FROM json_each(NEW.options) o WHERE o.type = 'object'), '') || ' ' || NEW.explanation WHERE NEW.retired_at IS NULL; END;

CREATE TRIGGER entry_question_update AFTER UPDATE OF question_text, options, explanation, quiz_id, retired_at, status ON questions WHEN OLD.question_text IS NOT NEW.question_text OR OLD.options IS NOT NEW.options OR OLD.explanation IS NOT NEW.explanation OR OLD.quiz_id IS NOT NEW.quiz_id OR OLD.retired_at IS NOT NEW.retired_at OR OLD.status IS NOT NEW.status BEGIN DELETE FROM search_entries WHERE kind = 'question' AND object_id = OLD.id; INSERT INTO search_entries (kind, object_id, lesson_id, owner_id, is_draft, language, title, text) SELECT 'question', NEW.id, (SELECT z.lesson_id FROM quizzes z WHERE z.id = NEW.quiz_id), NULL, NEW.status <> 'approved', (SELECT c.language FROM lessons l JOIN courses c ON c.id = l.course_id WHERE l.id = (SELECT z.lesson_id FROM quizzes z WHERE z.id = NEW.quiz_id)), substr(NEW.question_text, 1, 300), substr(NEW.question_text, 301) || ' ' || COALESCE((SELECT group_concat(json_extract(o.value, '$.text'), ' ') FROM json_each(NEW.options) o WHERE o.type = 'object'), '') || ' ' || NEW.explanation WHERE NEW.retired_at IS NULL; END;

CREATE TRIGGER passage_index_delete AFTER DELETE ON passages BEGIN INSERT INTO passage_index (passage_index, rowid, course_id, title, heading, text) VALUES ('delete', old.id, old.course_id, old.title, old.heading, old.text); END;

CREATE TRIGGER passage_index_insert AFTER INSERT ON passages BEGIN INSERT INTO passage_index (rowid, course_id, title, heading, text) VALUES (new.id, new.course_id, new.title, new.heading, new.text); END;

CREATE TRIGGER passage_index_update AFTER UPDATE ON passages BEGIN INSERT INTO passage_index (passage_index, rowid, course_id, title, heading, text) VALUES ('delete', old.id, old.course_id, old.title, old.heading, old.text); INSERT INTO passage_index (rowid, course_id, title, heading, text) VALUES (new.id, new.course_id, new.title, new.heading, new.text); END;

INSERT INTO django_migrations (app, name, applied)
SELECT column1, column2, strftime('%Y-%m-%d %H:%M:%f', 'now') FROM (VALUES
  ('identity', '0001_initial'),
  ('account', '0001_initial'),
  ('account', '0002_email_max_length'),
  ('account', '0003_alter_emailaddress_create_unique_verified_email'),
  ('account', '0004_alter_emailaddress_drop_unique_email'),
  ('account', '0005_emailaddress_idx_upper_email'),
  ('account', '0006_emailaddress_lower'),
  ('account', '0007_emailaddress_idx_email'),
  ('account', '0008_emailaddress_unique_primary_email_fixup'),
  ('account', '0009_emailaddress_unique_primary_email'),
  ('content', '0001_initial'),
  ('content', '0002_concept'),
  ('content', '0003_documents'),
  ('content', '0004_search'),
  ('content', '0005_concepts'),
  ('content', '0006_groups'),
  ('notes', '0001_initial'),
  ('notes', '0002_history'),
  ('assessment', '0001_initial'),
  ('assessment', '0002_people_of_an_exam'),
  ('assessment', '0003_event_kinds'),
  ('assessment', '0004_journal'),
  ('assessment', '0005_room'),
  ('assessment', '0006_kinds'),
  ('assessment', '0007_rules'),
  ('assessment', '0008_bank'),
  ('assessment', '0009_regrades'),
  ('assessment', '0010_marking'),
  ('assessment', '0011_item_figures'),
  ('assessment', '0012_drafts'),
  ('assessment', '0013_practice_sessions'),
  ('analytics', '0001_initial'),
  ('analytics', '0002_engine'),
  ('analytics', '0003_outcomes'),
  ('analytics', '0004_xapi'),
  ('analytics', '0005_reliability'),
  ('analytics', '0006_instructor'),
  ('analytics', '0007_practice_points'),
  ('analytics', '0008_figures'),
  ('assessment', '0014_fewer_indexes'),
  ('contenttypes', '0001_initial'),
  ('contenttypes', '0002_remove_content_type_name'),
  ('auth', '0001_initial'),
  ('auth', '0002_alter_permission_name_max_length'),
  ('auth', '0003_alter_user_email_max_length'),
  ('auth', '0004_alter_user_username_opts'),
  ('auth', '0005_alter_user_last_login_null'),
  ('auth', '0006_require_contenttypes_0002'),
  ('auth', '0007_alter_validators_add_error_messages'),
  ('auth', '0008_alter_user_username_max_length'),
  ('auth', '0009_alter_user_last_name_max_length'),
  ('auth', '0010_alter_group_name_max_length'),
  ('auth', '0011_update_proxy_permissions'),
  ('auth', '0012_alter_user_first_name_max_length'),
  ('content', '0007_search'),
  ('content', '0008_own_notes'),
  ('content', '0009_editor'),
  ('content', '0010_lessons_listed'),
  ('django_q', '0001_initial'),
  ('django_q', '0002_auto_20150630_1624'),
  ('django_q', '0003_auto_20150708_1326'),
  ('django_q', '0004_auto_20150710_1043'),
  ('django_q', '0005_auto_20150718_1506'),
  ('django_q', '0006_auto_20150805_1817'),
  ('django_q', '0007_ormq'),
  ('django_q', '0008_auto_20160224_1026'),
  ('django_q', '0009_auto_20171009_0915'),
  ('django_q', '0010_auto_20200610_0856'),
  ('django_q', '0011_auto_20200628_1055'),
  ('django_q', '0012_auto_20200702_1608'),
  ('django_q', '0013_task_attempt_count'),
  ('django_q', '0014_schedule_cluster'),
  ('django_q', '0015_alter_schedule_schedule_type'),
  ('django_q', '0016_schedule_intended_date_kwarg'),
  ('django_q', '0017_task_cluster_alter'),
  ('django_q', '0018_task_success_index'),
  ('django_q', '0019_alter_task_options_alter_ormq_key_alter_ormq_lock_and_more'),
  ('identity', '0002_sign_in_limits'),
  ('identity', '0003_cache_table'),
  ('identity', '0004_notifications'),
  ('identity', '0005_preferences'),
  ('lib', '0001_initial'),
  ('lib', '0002_parts'),
  ('mfa', '0001_initial'),
  ('mfa', '0002_authenticator_timestamps'),
  ('mfa', '0003_authenticator_type_uniq'),
  ('notes', '0003_models'),
  ('notes', '0004_tutor')
);

