/*
 * Pieces of an HTML page; see html_writer.h.
 */
#include "report/html_writer.h"

#include <string.h>

void ferry_html_text(GString *out, const char *text)
{
	g_autofree char *valid = text ? g_utf8_make_valid(text, -1) : NULL;

	for (const char *p = valid ? valid : ""; *p; p++) {
		switch (*p) {
		case '&': g_string_append(out, "&amp;"); break;
		case '<': g_string_append(out, "&lt;"); break;
		case '>': g_string_append(out, "&gt;"); break;
		case '"': g_string_append(out, "&quot;"); break;
		case '\'': g_string_append(out, "&#39;"); break;
		default:
			if (g_ascii_iscntrl(*p) && *p != '\n' && *p != '\t')
				g_string_append(out, "\uFFFD");
			else
				g_string_append_c(out, *p);
		}
	}
}

void ferry_html_element(GString *out, const char *tag, const char *class_or_null, const char *text)
{
	g_string_append_printf(out, "<%s", tag);
	if (class_or_null)
		g_string_append_printf(out, " class=\"%s\"", class_or_null);
	g_string_append_c(out, '>');
	ferry_html_text(out, text);
	g_string_append_printf(out, "</%s>", tag);
}

void ferry_html_take(GString *out, const char *tag, const char *class_or_null, char *take_text)
{
	ferry_html_element(out, tag, class_or_null, take_text);
	g_free(take_text);
}

void ferry_html_section(GString *out, const char *id, const char *title, const char *lead_or_null)
{
	g_string_append_printf(out, "<section id=\"%s\">\n", id);
	ferry_html_element(out, "h2", NULL, title);
	if (lead_or_null)
		ferry_html_element(out, "p", "lead", lead_or_null);
	g_string_append_c(out, '\n');
}

void ferry_html_section_end(GString *out)
{
	g_string_append(out, "</section>\n");
}

void ferry_html_table(GString *out, const char *const *headers)
{
	g_string_append(out, "<div class=\"scroll\"><table><thead><tr>");
	for (; *headers; headers++) {
		bool is_number = **headers == '>';
		ferry_html_element(out, "th", is_number ? "num" : NULL, *headers + is_number);
	}
	g_string_append(out, "</tr></thead><tbody>\n");
}

void ferry_html_table_end(GString *out)
{
	g_string_append(out, "</tbody></table></div>\n");
}

void ferry_html_bar(GString *out, const char *label, double share, const char *class_or_null,
		    const char *value)
{
	char width[G_ASCII_DTOSTR_BUF_SIZE];

	/* a sliver shows that there is something */
	g_ascii_formatd(width, sizeof(width), "%.2f", share > 0 ? CLAMP(share * 100, 0.6, 100) : 0);
	g_string_append(out, "<div class=\"bar-row\">");
	ferry_html_element(out, "span", "bar-label", label);
	g_string_append_printf(
		out,
		"<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
		"<rect class=\"track\" width=\"100\" height=\"10\"/>"
		"<rect class=\"%s\" width=\"%s\" height=\"10\"/></svg>",
		class_or_null ? class_or_null : "fill", width);
	ferry_html_element(out, "span", "bar-value", value);
	g_string_append(out, "</div>\n");
}

void ferry_html_badge(GString *out, const char *level, const char *word)
{
	static const char *const marks[][2] = {{"ok", "✓"}, {"info", "i"}, {"warning", "!"}, {"error", "✕"}};
	const char *mark = "";

	for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
		if (strcmp(level, marks[i][0]) == 0)
			mark = marks[i][1];
	g_string_append_printf(out, "<span class=\"badge %s\"><b>%s</b>", level, mark);
	ferry_html_text(out, word);
	g_string_append(out, "</span>");
}
