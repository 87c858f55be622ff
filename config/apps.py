"""The admin site as an app: Django's own, with a content security policy it can work under."""

from django.contrib.admin.apps import AdminConfig


class FixloreAdminConfig(AdminConfig):
    """Django's admin with Fixlore's admin site as the default one."""

    default_site = "config.admin_site.FixloreAdminSite"
