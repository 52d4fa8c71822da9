import { Link } from "@tanstack/react-router";
import { EllipsisVertical, FileCode, Pencil, Plus, Trash2 } from "@/ui/icons";
import { useMay } from "@/api/session";
import type { Template } from "@/api/types";
import { formatAgo } from "@/lib/format";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Menu } from "@/ui/menu";

interface Props { template: Template; onDelete: () => void; onEdit: () => void; onShow: () => void }

export function TemplateRow({ template, onDelete, onEdit, onShow }: Props) {
	const mayEdit = useMay("operator");
	const changes = [{ label: "Edit", icon: <Pencil />, onSelect: onEdit }, { label: "Delete", icon: <Trash2 />, isDanger: true, onSelect: onDelete }];
	return (
		<li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
			<div className="min-w-0 flex-1 basis-72">
				<h2 className="text-sm font-semibold break-words">{template.name}</h2>
				{template.description && <p className="max-w-prose text-[13px] text-pretty break-words text-muted">{template.description}</p>}
			</div>
			<span className="w-44 text-[13px] text-muted">{template.is_built_in ? <Badge>Comes with Ferry</Badge> : `${template.user ?? "somebody"}, ${formatAgo(template.updated_at ?? "")}`}</span>
			<div className="ml-auto flex items-center gap-1">
				{mayEdit && <Button asChild size="sm"><Link to="/projects" search={{ new: true, template: template.id }} aria-label={`New project from ${template.name}`}><Plus aria-hidden />New project</Link></Button>}
				<Menu
					trigger={<IconButton label={`Actions for ${template.name}`} size="icon-sm"><EllipsisVertical /></IconButton>}
					actions={[{ label: "Show document", icon: <FileCode />, onSelect: onShow }, ...(mayEdit && !template.is_built_in ? changes : [])]}
				/>
			</div>
		</li>
	);
}
